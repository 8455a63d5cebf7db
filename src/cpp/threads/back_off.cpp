// Back-off: its length, and the count of preemptions that may start it.
#include "threads/back_off.hpp"

#include <algorithm>
#include <atomic>

#include "threads/clock.hpp"
#include "threads/processors.hpp"

#if defined(__linux__)
#include <sys/resource.h>
#endif

namespace rosenblatt::back_off {
namespace {

std::atomic<std::int64_t> back_off_end{0}, back_off_length{0};  // ns; the length is that of the last one

/// How often the calling thread has lost its processor to another thread.
long preemptions() {
#if defined(__linux__)
  rusage usage{};
  return getrusage(RUSAGE_THREAD, &usage) == 0 ? usage.ru_nivcsw : 0;
#else
  return 0;
#endif
}
thread_local long noted_preemptions = 0;

}  // namespace

std::int64_t remaining() { return back_off_end.load(std::memory_order_relaxed) - now(); }

bool active() { return remaining() > 0; }

void start(std::int64_t lost) {
  // ns; short in tests, which need teams on a machine of any size
  static const std::int64_t longest = processors_are_forced() ? 1000000 : 64000000;
  constexpr std::int64_t first = 1000000;
  const std::int64_t time = now(), end = back_off_end, last = back_off_length;
  const bool again = end <= time && time < end + last;
  const std::int64_t length = std::min(longest, again ? std::max(4 * lost, 2 * last) : std::min(lost, first));
  if (time + length <= end) return;
  back_off_end = time + length;
  back_off_length = length;
}

void note_preemptions() { noted_preemptions = preemptions(); }

void start_if_preempted(std::int64_t since) {
  constexpr std::int64_t kLate = 200000;  // ns
  const std::int64_t waited = now() - since;
  if (waited < kLate) return;
  const long count = preemptions();
  if (count != noted_preemptions) start(waited);
  noted_preemptions = count;
}

}  // namespace rosenblatt::back_off
