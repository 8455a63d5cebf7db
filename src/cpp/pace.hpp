// Whether threads pay, by measurement.
#pragma once

#include <algorithm>
#include <cstdint>

namespace rosenblatt {

/// Chooses, stretch by stretch of a training, between a team of threads and the calling thread alone. What a training
/// computes does not depend on their number, so that it may change on the way.
///
/// Shapes say whether threads can pay (plan.hpp). Whether they do depends on where the system has put them: lines
/// travel ten times as long between processors that share no cache, and on virtual machines that changes from one
/// second to the next. 20-100-100-5, batch 64, takes 12.5 ms an epoch on two near processors, 26 on two far ones,
/// and 17.7 on one.
///
/// Now and then the other of the two is given a trial, and has the next stretches if it takes less time for a row. The
/// longer nothing changes, the rarer the trials.
class Pace {
 public:
  /// With `in_turns`, which is for tests, the two take turns whatever the time.
  explicit Pace(bool in_turns) : in_turns_(in_turns) {}

  /// Whether a stretch that has lasted so many nanoseconds is to end, after the step that is on the way.
  bool ends(std::int64_t lasted) const {
    return lasted >= (stage_ == kSteady && !in_turns_ ? kStretch : kTrialStretch);
  }

  /// Whether the next stretch is for the calling thread alone.
  bool alone() const { return (stage_ == kSteady) == steadily_alone_; }

  /// To be called after each stretch: the rows that it took, and the nanoseconds.
  void record(std::int64_t rows, std::int64_t time) {
    const double cost = static_cast<double>(time) / static_cast<double>(rows);
    if (in_turns_) {
      steadily_alone_ = !steadily_alone_;
    } else if (stage_ == kSteady) {
      steady_cost_ = cost;
      elapsed_ += time;
      // Threads that share steps as long as that have no need to wait for each other often.
      if (elapsed_ >= interval_ && time < 2 * kStretch) stage_ = kWarmUp;
    } else if (stage_ == kWarmUp) {  // threads wake up, and lines come into their caches
      stage_ = kTrial;
    } else {
      const bool better = cost < kBetter * steady_cost_;
      steadily_alone_ = steadily_alone_ != better;
      interval_ = better ? kFirstInterval : std::min(2 * interval_, kLongestInterval);
      elapsed_ = 0;
      stage_ = kSteady;
    }
  }

 private:
  // Nanoseconds. A trial and its warm-up, which is longer than a thread takes to wake up, cost about 0.2 ms where the
  // team is quicker: a fortieth of the time that has passed at first, later a thousandth.
  static constexpr std::int64_t kStretch = 4000000, kTrialStretch = 150000, kFirstInterval = 8000000,
                                kLongestInterval = 320000000;
  static constexpr double kBetter = 0.9;

  const bool in_turns_;
  enum Stage { kSteady, kWarmUp, kTrial } stage_ = kSteady;
  bool steadily_alone_ = false;
  std::int64_t interval_ = kFirstInterval, elapsed_ = 0;
  double steady_cost_ = 0.0;
};

}  // namespace rosenblatt
