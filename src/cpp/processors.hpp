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

/// Wakes a thread on another processor than the calling thread's. Left alone, Linux may well wake it on the same one
/// and leave it there, above all on virtual machines, where an idle processor counts as one that the host has taken
/// away: for their first 100 ms the two threads of a fit were no faster than one, and now they are at once.
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
