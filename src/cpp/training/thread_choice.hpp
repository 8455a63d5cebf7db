// The choice between a team of threads and one thread, by the time that each takes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

namespace rosenblatt {

/// Chooses, interval by interval of a training, between a team of threads and the calling thread alone. The results of
/// a training do not depend on the number of threads, so it may change at any step.
///
/// Shapes say whether threads can be faster (partition.hpp). Whether they are depends on where the system runs them:
/// cache lines take ten times as long between processors that share no cache, and on virtual machines that changes from
/// one second to the next. 20-100-100-5 with batch 64 takes 12.5 ms an epoch on two processors that share a cache, 26
/// on two that do not, and 17.7 on one.
///
/// From time to time the other choice gets a trial. It is used from then on if it takes less time for a row. The longer
/// nothing changes, the rarer the trials.
class ThreadChoice {
 public:
  /// `move` is an upper bound of the nanoseconds until all cache lines are in the caches of the processors that go on.
  /// With `in_turns`, which is for tests, the two choices alternate whatever the time.
  ThreadChoice(std::int64_t move, bool in_turns) : warm_up_(std::max(move, kTrial)), in_turns_(in_turns) {}

  /// Whether an interval that has lasted so many nanoseconds is to end after the current step.
  bool ends(std::int64_t lasted) const {
    if (in_turns_ || stage_ == Stage::trial) return lasted >= kTrial;
    return lasted >= (stage_ == Stage::steady ? kInterval : warm_up_);
  }

  /// Whether the next interval is for the calling thread alone.
  bool alone() const { return (stage_ == Stage::steady) == steadily_alone_; }

  /// Called after each interval, with the rows that it took and its nanoseconds.
  void record(std::int64_t rows, std::int64_t time) {
    const double cost = static_cast<double>(time) / static_cast<double>(rows);
    if (in_turns_) {
      steadily_alone_ = !steadily_alone_;
    } else if (stage_ == Stage::steady) {
      steady_cost_ = std::min(cost, last_cost_);  // a single slow interval does not count
      last_cost_ = cost;
      elapsed_ += time;
      // Where single steps last so long, threads seldom wait for each other, and need no trial.
      if (elapsed_ >= trial_interval_ && time < 2 * kInterval) stage_ = Stage::warm_up;
    } else if (stage_ == Stage::warm_up) {  // threads wake up, and cache lines move
      stage_ = Stage::trial;
    } else {
      const bool better = cost < kBetter * steady_cost_;
      if (better) {
        steadily_alone_ = !steadily_alone_;
        last_cost_ = cost;
      }
      trial_interval_ = better ? first_trial_interval() : std::min(2 * trial_interval_, 40 * first_trial_interval());
      elapsed_ = 0;
      stage_ = Stage::steady;
    }
  }

 private:
  // Nanoseconds. Trials take a fiftieth of the time at first, later a thousandth.
  static constexpr std::int64_t kInterval = 4000000, kTrial = 150000, kFirstTrialInterval = 8000000;
  static constexpr double kBetter = 0.9;
  std::int64_t first_trial_interval() const { return std::max(kFirstTrialInterval, 25 * (warm_up_ + kTrial)); }

  const std::int64_t warm_up_;
  const bool in_turns_;
  enum class Stage { steady, warm_up, trial } stage_ = Stage::steady;
  bool steadily_alone_ = false;
  std::int64_t trial_interval_ = first_trial_interval(), elapsed_ = 0;
  double steady_cost_ = 0.0, last_cost_ = std::numeric_limits<double>::max();
};

}  // namespace rosenblatt
