// The threads that this process keeps for its teams: how they are taken, put back and hired.
#include "threads/pool.hpp"

#include <algorithm>
#include <exception>
#include <memory>
#include <new>

#include "threads/processors.hpp"

namespace rosenblatt {

std::vector<Worker*> Pool::take_workers(int count) {
  std::vector<Worker*> workers;
  const std::lock_guard<std::mutex> lock(mutex_);
  const int most = std::min(count, processors() - at_work_);
  if (most < 1) return workers;
  try {
    workers.reserve(static_cast<std::size_t>(most));
    while (static_cast<int>(workers.size()) < most) {
      if (idle_.empty()) hire();
      workers.push_back(idle_.back());
      idle_.pop_back();
    }
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): no memory or no thread for more, a smaller team
  }
  at_work_ += static_cast<int>(workers.size());
  return workers;
}

void Pool::put_back(const std::vector<Worker*>& workers) {
  const std::lock_guard<std::mutex> lock(mutex_);
  idle_.insert(idle_.end(), workers.begin(), workers.end());  // allocates nothing: see hire()
}

/// Starts one more thread. Throws if the system has none.
void Pool::hire() {
  auto worker = std::make_unique<Worker>();
  idle_.reserve(hired_ + 1);
  worker->start();
  hired_ += 1;
  idle_.push_back(worker.release());
}

}  // namespace rosenblatt
