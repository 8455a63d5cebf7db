// Whether threads pay, by measurement.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

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
  /// `move` is how many nanoseconds it takes at most until all lines are in the caches of those who go on with them.
  /// With `in_turns`, which is for tests, the two take turns whatever the time.
  Pace(std::int64_t move, bool in_turns) : warm_up_(std::max(move, kTrial)), in_turns_(in_turns) {}

  /// Whether a stretch that has lasted so many nanoseconds is to end, after the step that is on the way.
  bool ends(std::int64_t lasted) const {
    if (in_turns_ || stage_ == Stage::trial) return lasted >= kTrial;
    return lasted >= (stage_ == Stage::steady ? kStretch : warm_up_);
  }

  /// Whether the next stretch is for the calling thread alone.
  bool alone() const { return (stage_ == Stage::steady) == steadily_alone_; }

  /// To be called after each stretch: the rows that it took, and the nanoseconds.
  void record(std::int64_t rows, std::int64_t time) {
    const double cost = static_cast<double>(time) / static_cast<double>(rows);
    if (in_turns_) {
      steadily_alone_ = !steadily_alone_;
    } else if (stage_ == Stage::steady) {
      steady_cost_ = std::min(cost, last_cost_);  // one disturbed stretch is no spell
      last_cost_ = cost;
      elapsed_ += time;
      // Threads that share steps as long as that have no need to wait for each other often.
      if (elapsed_ >= interval_ && time < 2 * kStretch) stage_ = Stage::warm_up;
    } else if (stage_ == Stage::warm_up) {  // threads wake up, and lines come into their caches
      stage_ = Stage::trial;
    } else {
      const bool better = cost < kBetter * steady_cost_;
      if (better) {
        steadily_alone_ = !steadily_alone_;
        last_cost_ = cost;
      }
      interval_ = better ? first_interval() : std::min(2 * interval_, 40 * first_interval());
      elapsed_ = 0;
      stage_ = Stage::steady;
    }
  }

 private:
  // Nanoseconds. A trial costs a fiftieth of the time that has passed at first, later a thousandth.
  static constexpr std::int64_t kStretch = 4000000, kTrial = 150000, kFirstInterval = 8000000;
  static constexpr double kBetter = 0.9;
  std::int64_t first_interval() const { return std::max(kFirstInterval, 25 * (warm_up_ + kTrial)); }

  const std::int64_t warm_up_;
  const bool in_turns_;
  enum class Stage { steady, warm_up, trial } stage_ = Stage::steady;
  bool steadily_alone_ = false;
  std::int64_t interval_ = first_interval(), elapsed_ = 0;
  double steady_cost_ = 0.0, last_cost_ = std::numeric_limits<double>::max();
};

}  // namespace rosenblatt
