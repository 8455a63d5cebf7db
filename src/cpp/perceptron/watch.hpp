// The flag that stops all threads of a fit.
#pragma once

#include <atomic>
#include <functional>
#include <utility>

#include "base/interrupt.hpp"
#include "base/types.hpp"

namespace rosenblatt::perceptron {

/// A thread's view of the shared flag. The calling thread also polls `interrupted`; the others only read the flag.
class Watch {
 public:
  explicit Watch(std::atomic<bool>& stop, std::function<bool()> interrupted = nullptr)
      : stop_(stop), poll_(std::move(interrupted)) {}

  /// Called after a few rows with the number of their multiplications; polls about once in a millisecond.
  bool stopped_after(Index work) {
    work_ += work;
    if (work_ < (Index{1} << 20)) return false;
    work_ = 0;
    return stopped();
  }

  bool stopped() {
    if (poll_.stop()) stop_ = true;
    return stop_;
  }

 private:
  std::atomic<bool>& stop_;
  Poll poll_;
  Index work_ = 0;
};

}  // namespace rosenblatt::perceptron
