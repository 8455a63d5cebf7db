// The barrier: joining, leaving, and the wait for all members.
#include "threads/barrier.hpp"

#include "threads/back_off.hpp"
#include "threads/clock.hpp"
#include "threads/waiting.hpp"

namespace rosenblatt {
namespace {

thread_local bool left = false;

}  // namespace

bool Barrier::join() {
  std::uint32_t state = state_.load(std::memory_order_relaxed);
  while (state & kOpen)
    if (state_.compare_exchange_weak(state, state + kMember, std::memory_order_acquire)) {
      left = false;
      return true;
    }
  return false;
}

bool Barrier::leave_to_back_off() {
  left = back_off::active();
  if (left) end_phase_if_complete(state_.fetch_sub(kMember, std::memory_order_acq_rel) - kMember);
  return left;
}

bool Barrier::has_left() { return left; }

/// Ends the phase if in this state all members have arrived, unless a thread joins meanwhile; returns whether it ended.
bool Barrier::end_phase_if_complete(std::uint32_t state) {
  while (arrivals(state) == members(state)) {
    const std::uint32_t next = members(state) * kMember + (state / kPhase + 1) * kPhase;
    if (!state_.compare_exchange_weak(state, next, std::memory_order_acq_rel)) continue;
    if (state & kAsleep) {
      back_off::start_if_preempted(asleep_since_.load(std::memory_order_relaxed));
      wake_sleepers(state_);
    }
    return true;
  }
  return false;
}

void Barrier::wait_for_all() {
  std::uint32_t state = state_.fetch_add(kArrival, std::memory_order_acq_rel) + kArrival;
  if (end_phase_if_complete(state)) return;
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

}  // namespace rosenblatt
