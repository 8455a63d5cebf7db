// How a thread waits for another: it spins for a short while, then sleeps.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

#include "threads/back_off.hpp"
#include "threads/clock.hpp"

#if defined(__SSE__)
#include <immintrin.h>
#endif

namespace rosenblatt {

using Word = std::atomic<std::uint32_t>;

// C++20 has these two as Word::wait and Word::notify_all.

/// Sleeps while the word has this value; may wake up early.
void sleep_while(const Word& word, std::uint32_t value);
void wake_sleepers(const Word& word);

inline void pause() {
#if defined(__SSE__)
  _mm_pause();
#endif
}

/// Waits without sleeping until the condition is true; returns false if that takes so long that the caller should
/// sleep.
///
/// First spins for about 20 microseconds, several times as long as a thread waits in a balanced phase. Then yields the
/// processor again and again for 100 microseconds, longer than it takes to wake a thread up: otherwise, of two threads
/// with short phases, one would always sleep when the other arrives (8-50-50-50-1, batch 32: a quarter of the speed).
template <class Condition>
bool wait_awake(Condition&& condition) {
  constexpr std::int64_t kPatience = 100000, kTaken = 30000;  // ns
  for (int i = 0; i < 1000; ++i) {
    if (condition()) return true;
    pause();
  }
  const std::int64_t begin = now();
  for (std::int64_t before = begin; before < begin + kPatience;) {
    if (condition()) return true;
    std::this_thread::yield();
    const std::int64_t after = now();
    if (after - before > kTaken) back_off::start(after - before);  // another thread took the processor
    before = after;
  }
  return false;
}

}  // namespace rosenblatt
