// On which processor a thread wakes up.
#pragma once

#include <thread>

#if defined(__linux__)
#include <sched.h>
#endif

namespace rosenblatt {

/// Makes a thread wake up on another processor than the thread that wakes it. By itself Linux often chooses the same
/// processor, above all on virtual machines, and the two threads then take as long as one.
class WakePlacement {
 public:
  /// The waking thread calls this just before it wakes `thread`.
  void avoid_own_processor(std::thread::native_handle_type thread);

  /// The woken thread calls this; it may then run on every processor that the waking thread may use.
  void release();

#if defined(__linux__)
 private:
  cpu_set_t allowed_{};
  bool restricted_ = false;
#endif
};

}  // namespace rosenblatt
