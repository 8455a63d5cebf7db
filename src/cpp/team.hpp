// Threads and their barrier.
#pragma once

#include <atomic>
#include <functional>
#include <vector>

#include "types.hpp"

namespace rosenblatt {

/// Where the threads of a team wait for each other: a short spin, then yielding the processor, because a pure spin on a
/// machine with more threads than cores is many times slower.
class Barrier {
 public:
  explicit Barrier(int count) : count_(count) {}

  void wait() {
    if (count_ == 1) return;
    const unsigned phase = phase_.load(std::memory_order_relaxed);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == count_) {
      arrived_.store(0, std::memory_order_relaxed);
      phase_.store(phase + 1, std::memory_order_release);
    } else {
      wait_for_change(phase);
    }
  }

 private:
  void wait_for_change(unsigned phase) const;

  int count_;
  alignas(64) std::atomic<int> arrived_{0};
  alignas(64) std::atomic<unsigned> phase_{0};
};

namespace team {

/// One thread's place in a team.
struct Member {
  int index, count;
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

  /// A piece of 0 .. count - 1 that nobody has taken since reset(), or -1; without `others`, of the member's own share.
  Index next(team::Member member, Index count, bool others = true) {
    for (int i = 0; i < (others ? member.count : 1); ++i) {
      const int owner = (member.index + i) % member.count;
      const Index begin = count * owner / member.count, end = count * (owner + 1) / member.count;
      std::atomic<Index>& taken = shares_[static_cast<std::size_t>(owner)].taken;
      if (begin + taken.load(std::memory_order_relaxed) >= end) continue;
      const Index piece = begin + taken.fetch_add(1, std::memory_order_relaxed);
      if (piece < end) return piece;
    }
    return -1;
  }

 private:
  struct alignas(64) Share {
    std::atomic<Index> taken{0};
  };
  std::vector<Share> shares_;
};

namespace team {

/// Threads that this process may use by default: the least of OpenMP's maximum, the processors that the process is
/// bound to and the cgroup's quota; 1 in a forked child, where OpenMP runtimes of the parent would hang.
int limit();

/// `limit()` less the threads that other teams of this process are using now, and at least 1.
int available();

/// Runs body on `count` threads (fewer if OpenMP gives fewer) with subnormal numbers flushed to zero, which in
/// optimizer state slow a step a hundredfold. The body must not throw, unless `count` is 1: then OpenMP is not called
/// at all.
void run(int count, const std::function<void(Member)>& body);

}  // namespace team
}  // namespace rosenblatt
