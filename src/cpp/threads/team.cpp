// Teams of threads: a pool of workers, and the barrier. The only file that names OpenMP.
//
// OpenMP is asked how many threads there may be, but does not provide them. Its parallel region ends only when each of
// its threads has come and gone; its idle threads spin; and they hang in a forked child. Epochs a second of
// 8-50-50-50-1, batch 200, on two threads of two processors, with OpenMP's and with these: undisturbed 346 and 350;
// beside a program that keeps one processor busy 79 to 115 and 195 (on one thread: 200); four such processes together
// 171 to 258 and 388 (on one thread each: 398). Predictions of 20000 rows, four processes together: 237 and 660.
#include "threads/team.hpp"

#include <omp.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>

#include "threads/processors.hpp"
#include "threads/waiting.hpp"

#if defined(__linux__)
#include <pthread.h>
#endif
#if defined(__SSE__)
#include <immintrin.h>
#endif

namespace rosenblatt {
namespace {

/// Flushes subnormals to zero on this thread while it lives.
class FlushSubnormals {
 public:
  FlushSubnormals(const FlushSubnormals&) = delete;
  FlushSubnormals& operator=(const FlushSubnormals&) = delete;
#if defined(__SSE__)
  FlushSubnormals() : saved_(_mm_getcsr()) { _mm_setcsr(saved_ | 0x8040); }  // FTZ and DAZ
  ~FlushSubnormals() { _mm_setcsr(saved_); }

 private:
  unsigned saved_;
#elif defined(__aarch64__)
  FlushSubnormals() {
    asm volatile("mrs %0, fpcr" : "=r"(saved_));
    asm volatile("msr fpcr, %0" ::"r"(saved_ | (std::uint64_t(1) << 24)));
  }
  ~FlushSubnormals() { asm volatile("msr fpcr, %0" ::"r"(saved_)); }

 private:
  std::uint64_t saved_;
#else
  FlushSubnormals() = default;
#endif
};

/// Whether this thread has left its team before the end of the work.
thread_local bool on_leave = false;

/// A thread of the pool. It sleeps until a team's caller posts its job, and does that unless the caller has taken it
/// back by then.
class Worker {
 public:
  struct Job {
    const std::function<void(team::Member)>& body;
    const int most_members;
    Barrier barrier{most_members};
  };

  /// For the caller that has it from the pool. Throws std::system_error if the system has no thread.
  void start() {
    std::thread thread([this] { work(); });
    handle_ = thread.native_handle();
    thread.detach();
  }

  void post(Job& job, int index) {
    job_ = &job;
    index_ = index;
    if (state_.load(std::memory_order_relaxed) == kAsleep) elsewhere_.send(handle_);
    if (state_.exchange(kPosted, std::memory_order_release) == kAsleep) wake_sleepers(state_);
  }

  /// Returns once the worker will not touch the posted job any more.
  void take_back() {
    const auto idle = [&] {
      const std::uint32_t state = state_.load(std::memory_order_acquire);
      return state == kIdle || state == kAsleep || (state == kPosted && change(kPosted, kIdle));
    };
    if (wait_awake(idle)) return;
    awaited_since_.store(now(), std::memory_order_relaxed);
    while (!idle()) {
      change(kBusy, kAwaited);
      sleep_while(state_, kAwaited);
    }
  }

 private:
  enum State : std::uint32_t { kIdle, kAsleep, kPosted, kBusy, kAwaited };

  bool change(std::uint32_t from, State to) {
    return state_.compare_exchange_strong(from, to, std::memory_order_acq_rel, std::memory_order_relaxed);
  }

  void work() {
    const FlushSubnormals flush;
    for (;;) {
      wait_for_job();
      if (!change(kPosted, kBusy)) continue;
      elsewhere_.release();
      begin_work();
      on_leave = !wait_awake([&] { return job_->barrier.join(); });
      if (!on_leave) job_->body({index_, job_->most_members, job_->barrier});
      if (on_leave && change(kBusy, kPosted)) {
        std::this_thread::sleep_for(std::chrono::nanoseconds(std::max<std::int64_t>(50000, crowded_for())));
      } else if (state_.exchange(kIdle, std::memory_order_acq_rel) == kAwaited) {
        came_late(awaited_since_.load(std::memory_order_relaxed));
        wake_sleepers(state_);
      }
    }
  }

  void wait_for_job() {
    const auto posted = [&] { return state_.load(std::memory_order_relaxed) == kPosted; };
    if (wait_awake(posted)) return;
    while (!posted()) {
      change(kIdle, kAsleep);  // in the loop: the job may have been taken back
      sleep_while(state_, kAsleep);
    }
  }

  alignas(64) Word state_{kAsleep};
  std::thread::native_handle_type handle_{};
  Elsewhere elsewhere_;
  Job* job_ = nullptr;
  int index_ = 0;
  std::atomic<std::int64_t> awaited_since_{0};
};

/// The workers of this process, and how many threads are in teams.
class Pool {
 public:
  /// Is never destroyed, since its threads sleep until the process ends. A forked child, which has none of its
  /// parent's threads, begins with a new one.
  static Pool& instance() {
    static Pool* pool = new Pool;
#if defined(__linux__)
    static const int registered = pthread_atfork(nullptr, nullptr, [] { pool = new Pool; });
    (void)registered;
#endif
    return *pool;
  }

  int at_work() const { return at_work_.load(std::memory_order_relaxed); }

  /// Counts the caller among the threads in teams, and gets it up to `count` workers, as far as there are processors.
  std::vector<Worker*> recruit(int count) {
    at_work_ += 1;
    std::vector<Worker*> recruits;
    if (count < 1 || crowded()) return recruits;
    const std::lock_guard<std::mutex> lock(mutex_);
    for (const int free = processors() - at_work_; static_cast<int>(recruits.size()) < std::min(count, free);) {
      if (idle_.empty() && !hire()) break;
      recruits.push_back(idle_.back());
      idle_.pop_back();
    }
    at_work_ += static_cast<int>(recruits.size());
    return recruits;
  }

  void release(const std::vector<Worker*>& recruits) {
    at_work_ -= 1 + static_cast<int>(recruits.size());
    if (recruits.empty()) return;
    const std::lock_guard<std::mutex> lock(mutex_);
    idle_.insert(idle_.end(), recruits.begin(), recruits.end());
  }

 private:
  bool hire() {
    auto worker = std::make_unique<Worker>();
    try {
      worker->start();
    } catch (const std::system_error&) {
      return false;
    }
    idle_.push_back(worker.release());
    return true;
  }

  std::mutex mutex_;
  std::vector<Worker*> idle_;
  std::atomic<int> at_work_{0};
};

}  // namespace

bool Barrier::join() {
  std::uint32_t state = state_.load(std::memory_order_relaxed);
  while (state & kOpen)
    if (state_.compare_exchange_weak(state, state + kMember, std::memory_order_acquire)) return true;
  return false;
}

bool Barrier::leave_if_crowded() {
  on_leave = crowded();
  if (on_leave) let_pass(state_.fetch_sub(kMember, std::memory_order_acq_rel) - kMember);
  return on_leave;
}

/// Ends the phase if all members have arrived, as this state says, and none joins meanwhile.
bool Barrier::let_pass(std::uint32_t state) {
  while (arrivals(state) == members(state)) {
    const std::uint32_t next = members(state) * kMember + (state / kPhase + 1) * kPhase;
    if (!state_.compare_exchange_weak(state, next, std::memory_order_acq_rel)) continue;
    if (state & kAsleep) {
      came_late(asleep_since_.load(std::memory_order_relaxed));
      wake_sleepers(state_);
    }
    return true;
  }
  return false;
}

void Barrier::wait_for_all() {
  std::uint32_t state = state_.fetch_add(kArrival, std::memory_order_acq_rel) + kArrival;
  if (let_pass(state)) return;
  const std::uint32_t phase = state / kPhase;
  const auto passed = [&] { return state_.load(std::memory_order_acquire) / kPhase != phase; };
  if (wait_awake(passed)) return;
  asleep_since_.store(now(), std::memory_order_relaxed);
  while (!passed()) {
    state = state_.load(std::memory_order_relaxed);
    if (state / kPhase != phase) continue;
    if (state & kAsleep || state_.compare_exchange_weak(state, state | kAsleep, std::memory_order_release))
      sleep_while(state_, state | kAsleep);
  }
}

namespace team {

int limit() { return std::max(1, std::min(processors(), omp_get_max_threads())); }

int available() { return std::max(1, limit() - Pool::instance().at_work()); }

void run(int count, const std::function<void(Member)>& body) {
  struct Recruits {
    explicit Recruits(int n) : workers(Pool::instance().recruit(n)) {}
    ~Recruits() { Pool::instance().release(workers); }
    const std::vector<Worker*> workers;
  } recruits(count - 1);
  const FlushSubnormals flush;
  Worker::Job job{body, 1 + static_cast<int>(recruits.workers.size())};
  if (job.most_members > 1) begin_work();
  for (int i = 1; i < job.most_members; ++i) recruits.workers[static_cast<std::size_t>(i - 1)]->post(job, i);
  body({0, job.most_members, job.barrier});
  job.barrier.close();
  for (Worker* worker : recruits.workers) worker->take_back();
}

}  // namespace team
}  // namespace rosenblatt
