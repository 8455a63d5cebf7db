// A thread of the pool.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <thread>

#include "threads/member.hpp"
#include "threads/placement.hpp"
#include "threads/subnormals.hpp"
#include "threads/waiting.hpp"

namespace rosenblatt {

/// A thread of the pool. It sleeps until a team's calling thread posts its job; then it does the job, unless the caller
/// has taken it back.
class Worker {
 public:
  struct Job {
    const std::function<void(team::Member)>& body;
    const int most_members;
    const Subnormals subnormals;
    Barrier barrier{most_members};
  };

  /// Starts the thread. Throws std::system_error if the system has no thread, std::bad_alloc if it has no memory.
  void start();

  void post(Job& job, int index);

  /// Returns once the worker will not touch the posted job any more.
  void take_back();

 private:
  enum State : std::uint32_t { kIdle, kAsleep, kPosted, kBusy, kAwaited };

  bool change(std::uint32_t from, State to) {
    return state_.compare_exchange_strong(from, to, std::memory_order_acq_rel, std::memory_order_relaxed);
  }
  void work();
  void wait_for_job();

  alignas(64) Word state_{kAsleep};
  std::thread::native_handle_type handle_{};
  WakePlacement placement_;
  Job* job_ = nullptr;
  int index_ = 0;
  std::atomic<std::int64_t> awaited_since_{0};
};

}  // namespace rosenblatt
