// How threads wait: futexes, and the account of time lost to others.
#include "threads/waiting.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

#include "threads/processors.hpp"

#if defined(__linux__)
#include <linux/futex.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace rosenblatt {
namespace {

std::atomic<std::int64_t> pause_end{0}, pause_length{0};

/// How often the calling thread has lost its processor to another.
long preemptions() {
#if defined(__linux__)
  rusage usage;
  return getrusage(RUSAGE_THREAD, &usage) == 0 ? usage.ru_nivcsw : 0;
#else
  return 0;
#endif
}
thread_local long preemptions_seen = 0;

}  // namespace

#if defined(__linux__)
void sleep_while(const Word& word, std::uint32_t value) {
  syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, value, nullptr);
}
void wake_sleepers(const Word& word) { syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, std::numeric_limits<int>::max()); }
#else
void sleep_while(const Word&, std::uint32_t) { std::this_thread::yield(); }
void wake_sleepers(const Word&) {}
#endif

std::int64_t now() { return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1); }

std::int64_t crowded_for() { return pause_end.load(std::memory_order_relaxed) - now(); }

bool crowded() { return crowded_for() > 0; }

void crowd(std::int64_t lost) {
  // ns; short in tests, which need teams on a machine of any size
  static const std::int64_t most = processors_are_forced() ? 1000000 : 64000000;
  constexpr std::int64_t first = 1000000;
  const std::int64_t time = now(), end = pause_end, last = pause_length;
  const bool again = end <= time && time < end + last;
  const std::int64_t length = std::min(most, again ? std::max(4 * lost, 2 * last) : std::min(lost, first));
  if (time + length <= end) return;
  pause_end = time + length;
  pause_length = length;
}

void begin_work() { preemptions_seen = preemptions(); }

void came_late(std::int64_t since) {
  constexpr std::int64_t kLate = 200000;  // ns
  const std::int64_t waited = now() - since;
  if (waited < kLate) return;
  const long count = preemptions();
  if (count != preemptions_seen) crowd(waited);
  preemptions_seen = count;
}

}  // namespace rosenblatt
