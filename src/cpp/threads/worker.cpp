// A thread of the pool: the states between which it and the caller of its team change.
#include "threads/worker.hpp"

#include <algorithm>
#include <chrono>

#include "threads/back_off.hpp"
#include "threads/clock.hpp"

namespace rosenblatt {

void Worker::start() {
  std::thread thread([this] { work(); });
  handle_ = thread.native_handle();
  thread.detach();
}

void Worker::post(Job& job, int index) {
  job_ = &job;
  index_ = index;
  if (state_.load(std::memory_order_relaxed) == kAsleep) placement_.avoid_own_processor(handle_);
  if (state_.exchange(kPosted, std::memory_order_release) == kAsleep) wake_sleepers(state_);
}

void Worker::take_back() {
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

void Worker::work() {
  for (;;) {
    wait_for_job();
    if (!change(kPosted, kBusy)) continue;
    placement_.release();
    back_off::note_preemptions();
    const bool joined = wait_awake([&] { return job_->barrier.join(); });
    if (joined) {
      const SubnormalMode mode(job_->subnormals);
      job_->body({index_, job_->most_members, job_->barrier});
    }
    if ((!joined || Barrier::has_left()) && change(kBusy, kPosted)) {  // try to join again later
      std::this_thread::sleep_for(std::chrono::nanoseconds(std::max<std::int64_t>(50000, back_off::remaining())));
    } else if (state_.exchange(kIdle, std::memory_order_acq_rel) == kAwaited) {
      back_off::start_if_preempted(awaited_since_.load(std::memory_order_relaxed));
      wake_sleepers(state_);
    }
  }
}

void Worker::wait_for_job() {
  const auto posted = [&] { return state_.load(std::memory_order_relaxed) == kPosted; };
  if (wait_awake(posted)) return;
  while (!posted()) {
    change(kIdle, kAsleep);  // in the loop: the job may have been taken back
    sleep_while(state_, kAsleep);
  }
}

}  // namespace rosenblatt
