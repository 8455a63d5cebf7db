// The threads that this process keeps for its teams: how they are taken, put back and hired.
#include "threads/pool.hpp"

#include <algorithm>
#include <memory>
#include <system_error>

#include "threads/processors.hpp"

namespace rosenblatt {

std::vector<Worker*> Pool::take_workers(int count) {
  std::vector<Worker*> workers;
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const int free = processors() - at_work_; static_cast<int>(workers.size()) < std::min(count, free);) {
    if (idle_.empty() && !hire()) break;
    workers.push_back(idle_.back());
    idle_.pop_back();
  }
  at_work_ += static_cast<int>(workers.size());
  return workers;
}

void Pool::put_back(const std::vector<Worker*>& workers) {
  const std::lock_guard<std::mutex> lock(mutex_);
  idle_.insert(idle_.end(), workers.begin(), workers.end());
}

/// Starts one more thread; returns whether the system had one.
bool Pool::hire() {
  auto worker = std::make_unique<Worker>();
  try {
    worker->start();
  } catch (const std::system_error&) {
    return false;
  }
  idle_.push_back(worker.release());
  return true;
}

}  // namespace rosenblatt
