// Teams. The only file that names OpenMP: it is asked how many threads there may be, but does not provide them. (Its
// parallel regions wait for threads that come late, its idle threads spin, and they hang in a forked child.)
#include "threads/team.hpp"

#include <omp.h>

#include <algorithm>

#include "threads/back_off.hpp"
#include "threads/pool.hpp"
#include "threads/processors.hpp"

#if defined(__linux__)
#include <pthread.h>
#endif

namespace rosenblatt::team {
namespace {

/// The calling thread's workers, and its teams of several threads, of which a forked child must not wait for others.
class Recruits {
 public:
  explicit Recruits(int count) : pool_(Pool::instance()), workers_(pool_.recruit(count)) {}
  ~Recruits() {
    if (!forked_) pool_.release(workers_);
    if (barrier_) innermost = outer_;
  }
  Recruits(const Recruits&) = delete;
  Recruits& operator=(const Recruits&) = delete;

  int count() const { return static_cast<int>(workers_.size()); }

  void post(Worker::Job& job) {
    if (workers_.empty()) return;
    [[maybe_unused]] static const bool watches_forks = watch_forks();
    barrier_ = &job.barrier;
    outer_ = innermost;
    innermost = this;
    back_off::note_preemptions();
    for (int i = 0; i < count(); ++i) workers_[static_cast<std::size_t>(i)]->post(job, i + 1);
  }

  void take_back() {
    if (forked_) return;
    for (Worker* worker : workers_) worker->take_back();
  }

  static thread_local unsigned forks;

 private:
  static bool watch_forks() {
#if defined(__linux__)
    pthread_atfork(nullptr, nullptr, [] {
      if (innermost) ++forks;
      for (Recruits* team = innermost; team; team = team->outer_) {
        team->forked_ = true;
        team->barrier_->forget_others();
      }
    });
#endif
    return true;
  }

  static thread_local Recruits* innermost;

  Pool& pool_;
  const std::vector<Worker*> workers_;
  Barrier* barrier_ = nullptr;
  Recruits* outer_ = nullptr;
  bool forked_ = false;
};

thread_local unsigned Recruits::forks = 0;
thread_local Recruits* Recruits::innermost = nullptr;

}  // namespace

int limit() { return std::max(1, std::min(processors(), omp_get_max_threads())); }

int available() { return std::max(1, limit() - Pool::instance().at_work()); }

void run(int count, Subnormals subnormals, const std::function<void(Member)>& body) {
  Recruits recruits(count - 1);
  const SubnormalMode mode(subnormals);
  Worker::Job job{body, 1 + recruits.count(), subnormals};
  recruits.post(job);
  body({0, job.most_members, job.barrier});
  job.barrier.close();
  recruits.take_back();
}

unsigned forks() { return Recruits::forks; }

}  // namespace rosenblatt::team
