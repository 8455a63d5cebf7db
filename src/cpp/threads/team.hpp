// Teams of threads, their barrier, and how they share work.
//
// A team never waits for a thread that has not arrived: its members are those that have, and the calling thread begins
// alone. Where a thread comes late (its processor is busy with another program, or with the threads of a BLAS library,
// which go on spinning for some 30 ms after their work), it finds less work, or none. And where others wait for a
// thread that has lost its processor in the midst of a piece of work, the process's teams do without further threads
// for a while.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <vector>

#include "base/types.hpp"

namespace rosenblatt {

/// Where the members of a team wait for each other: a short spin, then asleep, so that a processor is free for whoever
/// has work for it.
///
/// At first the calling thread is the only member. Threads may join until all members have arrived at the barrier, and
/// again once it is opened.
class Barrier {
 public:
  explicit Barrier(int most_members) : most_members_(static_cast<std::uint32_t>(most_members)) {}

  void wait() {
    if (most_members_ > 1) wait_for_all();
  }

  /// Lets threads join once more, until all members have arrived. To be called by a member, between two waits; what it
  /// wrote before is visible to those who join.
  void open() {
    if (members(state_.load(std::memory_order_relaxed)) < most_members_)
      state_.fetch_or(kOpen, std::memory_order_release);
  }

  /// Lets no further thread join.
  void close() { state_.fetch_and(~kOpen, std::memory_order_relaxed); }

  /// Makes the calling thread a member; returns whether it could.
  bool join();

  /// For members other than the team's calling thread, which then return from the body: whether this one is to leave,
  /// and join again later where the barrier is open then.
  bool leave_if_crowded();

 private:
  // The state: counts of arrivals and of members, and flags.
  static constexpr std::uint32_t kArrival = 1, kMember = 1 << 10, kOpen = 1 << 20, kAsleep = 1 << 21, kPhase = 1 << 22;
  static std::uint32_t arrivals(std::uint32_t state) { return state & (kMember - 1); }
  static std::uint32_t members(std::uint32_t state) { return state / kMember & (kMember - 1); }

  void wait_for_all();
  bool let_pass(std::uint32_t state);

  const std::uint32_t most_members_;
  alignas(64) std::atomic<std::uint32_t> state_{kMember | kOpen};
  std::atomic<std::int64_t> asleep_since_{0};
};

namespace team {

/// One thread's place in a team. `count` is the most members that the team may come to have: work is to be handed out
/// so that any number of them does all of it.
struct Member {
  int index, count;  // the calling thread has index 0
  Barrier& barrier;
};

}  // namespace team

/// Hands out pieces of work that are the same in every step: each member of a team gets those of its own share first,
/// so that the weights and the optimizer's state behind them stay in its cache, then what others have left.
class Shares {
 public:
  explicit Shares(int members) : shares_(static_cast<std::size_t>(members)) {}

  /// To be called by one member while no other takes pieces.
  void reset() {
    for (Share& share : shares_) share.taken.store(0, std::memory_order_relaxed);
  }

  /// Calls body(piece) for pieces of 0 .. count - 1 that nobody has taken since reset(), until none is left; without
  /// `others`, for those of the member's own share.
  template <class Body>
  void for_each(team::Member member, Index count, bool others, Body&& body) {
    for (int i = 0; i < (others ? member.count : 1); ++i) {
      const int owner = (member.index + i) % member.count;
      const Index begin = count * owner / member.count, end = count * (owner + 1) / member.count;
      std::atomic<Index>& taken = shares_[static_cast<std::size_t>(owner)].taken;
      while (begin + taken.load(std::memory_order_relaxed) < end) {
        const Index piece = begin + take(taken, member.count > 1);
        if (piece < end) body(piece);
      }
    }
  }
  template <class Body>
  void for_each(team::Member member, Index count, Body&& body) {
    for_each(member, count, true, body);
  }

 private:
  struct alignas(64) Share {
    std::atomic<Index> taken{0};
  };
  static Index take(std::atomic<Index>& taken, bool shared) {
    if (shared) return taken.fetch_add(1, std::memory_order_relaxed);
    const Index piece = taken.load(std::memory_order_relaxed);  // alone: without the 20 cycles of an atomic addition
    taken.store(piece + 1, std::memory_order_relaxed);
    return piece;
  }
  std::vector<Share> shares_;
};

namespace team {

/// Threads that this process may use by default: the least of OpenMP's maximum (OMP_NUM_THREADS, threadpoolctl and
/// joblib's inner limits) and the processors that it may use.
int limit();

/// `limit()` less the threads that other teams of this process are using now, and at least 1.
int available();

/// Runs body on the calling thread and on up to `count` - 1 others, as they arrive; on fewer where the process has no
/// processors for them. Subnormal numbers are flushed to zero, which in optimizer state slow a step a hundredfold. The
/// body must not throw unless `count` is 1.
void run(int count, const std::function<void(Member)>& body);

}  // namespace team
}  // namespace rosenblatt
