// The queue from which the members of a team take pieces of work.
#pragma once

#include <atomic>
#include <vector>

#include "base/types.hpp"
#include "threads/member.hpp"

namespace rosenblatt {

/// Hands out pieces of work that are the same in every step. Each member first takes the pieces of its own part, so
/// that the weights and the optimizer state behind them stay in its cache, then those that other members have left.
class WorkQueue {
 public:
  explicit WorkQueue(int members) : parts_(static_cast<std::size_t>(members)) {}

  /// Makes all pieces available again. One member calls this while no other takes pieces.
  void reset() {
    for (Part& part : parts_) part.taken.store(0, std::memory_order_relaxed);
  }

  /// Takes pieces of 0 .. count - 1 that nobody has taken since reset(), and calls body(piece) for each, until none is
  /// left: pieces of the member's own part and, if `others`, of the other members' parts.
  template <class Body>
  void for_each(team::Member member, Index count, bool others, Body&& body) {
    for (int i = 0; i < (others ? member.count : 1); ++i) {
      const int owner = (member.index + i) % member.count;
      const Index begin = count * owner / member.count, end = count * (owner + 1) / member.count;
      std::atomic<Index>& taken = parts_[static_cast<std::size_t>(owner)].taken;
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
  struct alignas(64) Part {
    std::atomic<Index> taken{0};  // how many of its pieces
  };
  static Index take(std::atomic<Index>& taken, bool shared) {
    if (shared) return taken.fetch_add(1, std::memory_order_relaxed);
    const Index piece =
        taken.load(std::memory_order_relaxed);  // one thread alone saves 20 cycles for an atomic addition
    taken.store(piece + 1, std::memory_order_relaxed);
    return piece;
  }
  std::vector<Part> parts_;
};

}  // namespace rosenblatt
