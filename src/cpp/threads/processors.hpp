// How many processors this process may use.
#pragma once

#include <thread>
#if defined(__linux__)
#include <sched.h>
#endif

namespace rosenblatt {

/// The least of the processors that the calling thread is bound to and the quotas of the process's cgroups, rounded
/// up; at least 1.
int processors();

/// Whether the environment variable ROSENBLATT_PROCESSORS says how many there are. It is for tests: they need threads
/// on any machine, and for work that is too little to share.
bool processors_are_forced();

/// Wakes a thread on another processor than the calling thread's. Left alone, Linux may well wake it on the same one,
/// above all on virtual machines, where an idle processor counts as one that the host has taken away. Predictions of
/// 20000 rows by 8-50-50-50-1 on two threads, 80 ms after the last: 1.6 ms, instead of 3.1 ms, which is what one thread
/// takes, and of 5 to 8 ms with OpenMP's threads.
class Elsewhere {
 public:
  /// By the thread that is about to wake the other.
  void send(std::thread::native_handle_type thread);

  /// By the other, once it runs: lets it run wherever the one who sent it may.
  void release();

#if defined(__linux__)
 private:
  cpu_set_t allowed_;
  bool sent_ = false;
#endif
};

}  // namespace rosenblatt
