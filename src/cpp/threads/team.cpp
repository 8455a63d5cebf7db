// Teams. The only file that names OpenMP: it is asked how many threads there may be, but does not provide them. (Its
// parallel regions wait for threads that come late, its idle threads spin, and they hang in a forked child.)
#include "threads/team.hpp"

#include <omp.h>

#include <algorithm>

#include "threads/back_off.hpp"
#include "threads/flush_subnormals.hpp"
#include "threads/pool.hpp"
#include "threads/processors.hpp"

namespace rosenblatt::team {

int limit() { return std::max(1, std::min(processors(), omp_get_max_threads())); }

int available() { return std::max(1, limit() - Pool::instance().at_work()); }

void run(int count, const std::function<void(Member)>& body) {
  struct Recruits {
    explicit Recruits(int n) : workers(Pool::instance().recruit(n)) {}
    ~Recruits() { Pool::instance().release(workers); }
    Recruits(const Recruits&) = delete;
    Recruits& operator=(const Recruits&) = delete;
    const std::vector<Worker*> workers;
  } recruits(count - 1);
  const FlushSubnormals flush;
  Worker::Job job{body, 1 + static_cast<int>(recruits.workers.size())};
  if (job.most_members > 1) back_off::note_preemptions();
  for (int i = 1; i < job.most_members; ++i) recruits.workers[static_cast<std::size_t>(i - 1)]->post(job, i);
  body({0, job.most_members, job.barrier});
  job.barrier.close();
  for (Worker* worker : recruits.workers) worker->take_back();
}

}  // namespace rosenblatt::team
