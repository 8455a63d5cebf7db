// The barrier at which the members of a team wait for each other.
#pragma once

#include <atomic>
#include <cstdint>

namespace rosenblatt {

/// A barrier whose number of members may change. At first the calling thread is the only member. Threads may join until
/// all members have arrived at the barrier, and again after `open()`. Members that wait spin briefly, then sleep.
class Barrier {
 public:
  explicit Barrier(int most_members) : most_members_(static_cast<std::uint32_t>(most_members)) {}

  void wait() {
    if (most_members_ > 1) wait_for_all();
  }

  /// Lets threads join again until all members have arrived. A member calls this between two waits; threads that join
  /// see everything that it wrote before.
  void open() {
    if (members(state_.load(std::memory_order_relaxed)) < most_members_)
      state_.fetch_or(kOpen, std::memory_order_release);
  }

  /// Lets no further thread join.
  void close() { state_.fetch_and(~kOpen, std::memory_order_relaxed); }

  /// Makes the calling thread a member if the barrier is open; returns whether it did.
  bool join();

  /// Ends the calling thread's membership if the process is backing off; returns whether it did. The thread must then
  /// return from the team's body; it joins again later if the barrier is open. Not for the thread that runs the team.
  bool leave_to_back_off();

  /// Makes the calling thread the only member, in a forked child, where the others do not exist. It must not be in
  /// wait().
  void forget_others() {
    state_.store(state_.load(std::memory_order_relaxed) / kPhase * kPhase + kMember, std::memory_order_relaxed);
  }

  /// Whether the calling thread has left the barrier that it last joined.
  static bool has_left();

 private:
  // The state: counts of arrivals and of members, flags, and the number of the phase.
  static constexpr std::uint32_t kArrival = 1, kMember = 1 << 10, kOpen = 1 << 20, kAsleep = 1 << 21, kPhase = 1 << 22;
  static std::uint32_t arrivals(std::uint32_t state) { return state & (kMember - 1); }
  static std::uint32_t members(std::uint32_t state) { return state / kMember & (kMember - 1); }

  void wait_for_all();
  bool end_phase_if_complete(std::uint32_t state);

  const std::uint32_t most_members_;
  alignas(64) std::atomic<std::uint32_t> state_{kMember | kOpen};
  std::atomic<std::int64_t> asleep_since_{0};
};

}  // namespace rosenblatt
