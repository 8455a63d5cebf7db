// On which processor a thread wakes up: by its affinity.
#include "threads/placement.hpp"

#if defined(__linux__)
#include <pthread.h>
#endif

namespace rosenblatt {

#if defined(__linux__)

void WakePlacement::avoid_own_processor(std::thread::native_handle_type thread) {
  const int here = sched_getcpu();
  if (here < 0 || sched_getaffinity(0, sizeof(allowed_), &allowed_) != 0 || CPU_COUNT(&allowed_) < 2) return;
  cpu_set_t others = allowed_;
  CPU_CLR(static_cast<unsigned>(here), &others);
  restricted_ = pthread_setaffinity_np(thread, sizeof(others), &others) == 0;
}

void WakePlacement::release() {
  if (restricted_) pthread_setaffinity_np(pthread_self(), sizeof(allowed_), &allowed_);
  restricted_ = false;
}

#else
void WakePlacement::avoid_own_processor(std::thread::native_handle_type) {}
void WakePlacement::release() {}
#endif

}  // namespace rosenblatt
