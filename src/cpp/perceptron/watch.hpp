// How the threads of a fit learn that it should stop.
#pragma once

#include <atomic>
#include <functional>
#include <utility>

#include "base/interrupt.hpp"
#include "base/types.hpp"

namespace rosenblatt::perceptron {

/// One thread's view of a flag that all share. Only the calling thread's asks `interrupted`, the others read the flag.
class Watch {
 public:
  explicit Watch(std::atomic<bool>& stop, std::function<bool()> interrupted = nullptr)
      : stop_(stop), poll_(std::move(interrupted)) {}

  /// Called once for a few rows with the multiplications they took: looks at the clock about every millisecond.
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
