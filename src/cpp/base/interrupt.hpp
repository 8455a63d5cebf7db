// Polling of a callback that may stop a long computation.
#pragma once

#include <chrono>
#include <functional>

namespace rosenblatt {

/// Asks a callback, at most once in 50 ms, whether to stop. Only the thread that started the computation may poll.
class Poll {
 public:
  explicit Poll(std::function<bool()> should_stop) : should_stop_(std::move(should_stop)) {}

  bool stop() {
    if (!should_stop_) return false;
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < std::chrono::milliseconds(50)) return false;
    last_ = now;
    return should_stop_();
  }

 private:
  std::function<bool()> should_stop_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

}  // namespace rosenblatt
