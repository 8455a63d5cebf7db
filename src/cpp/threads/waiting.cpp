// How a thread sleeps: on Linux by futexes.
#include "threads/waiting.hpp"

#include <limits>

#if defined(__linux__)
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace rosenblatt {

#if defined(__linux__)
void sleep_while(const Word& word, std::uint32_t value) {
  syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, value, nullptr);
}
void wake_sleepers(const Word& word) { syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, std::numeric_limits<int>::max()); }
#else
void sleep_while(const Word&, std::uint32_t) { std::this_thread::yield(); }
void wake_sleepers(const Word&) {}
#endif

}  // namespace rosenblatt
