// The threads that this process keeps for its teams.
#pragma once

#include <atomic>
#include <mutex>
#include <vector>

#include "threads/back_off.hpp"
#include "threads/worker.hpp"

#if defined(__linux__)
#include <pthread.h>
#endif

namespace rosenblatt {

/// The workers of this process, and the number of threads that are in teams. What a team of one thread needs is inline:
/// every prediction of a single row runs on such a team.
class Pool {
 public:
  /// The process's pool. It is never destroyed, since its threads sleep until the process ends. A forked child, which
  /// has none of its parent's threads, begins with a new one.
  static Pool& instance() {
    static Pool* pool = new Pool;
#if defined(__linux__)
    static const int registered = pthread_atfork(nullptr, nullptr, [] { pool = new Pool; });
    (void)registered;
#endif
    return *pool;
  }

  /// The number of threads in teams.
  int at_work() const { return at_work_.load(std::memory_order_relaxed); }

  /// Counts the calling thread among those in teams, and gives it up to `count` workers, if there are processors for
  /// them.
  std::vector<Worker*> recruit(int count) {
    at_work_ += 1;
    if (count < 1 || back_off::active()) return {};
    return take_workers(count);
  }

  /// Ends what recruit() began.
  void release(const std::vector<Worker*>& workers) {
    at_work_ -= 1 + static_cast<int>(workers.size());
    if (!workers.empty()) put_back(workers);
  }

 private:
  std::vector<Worker*> take_workers(int count);
  void put_back(const std::vector<Worker*>& workers);
  void hire();

  std::mutex mutex_;
  std::vector<Worker*> idle_;
  std::size_t hired_ = 0;
  std::atomic<int> at_work_{0};
};

}  // namespace rosenblatt
