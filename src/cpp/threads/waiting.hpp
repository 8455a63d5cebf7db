// How threads wait: awake for a short while, then asleep, and how the process learns that it has one too many.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

#if defined(__SSE__)
#include <immintrin.h>
#endif

namespace rosenblatt {

using Word = std::atomic<std::uint32_t>;

// C++20 has these two as Word::wait and Word::notify_all.

/// Sleeps while the word has this value; may wake up early.
void sleep_while(const Word& word, std::uint32_t value);
void wake_sleepers(const Word& word);

/// Steady time in nanoseconds.
std::int64_t now();

/// Whether this process's teams are to do without further threads, because its processors are shared with others.
bool crowded();

/// How many nanoseconds this lasts.
std::int64_t crowded_for();

/// Has teams do without further threads for a while after so many nanoseconds were lost by having them: for at most a
/// millisecond, but if the last time is not long ago for four times the loss and for twice as long as then. So a
/// passing disturbance costs little, and beside a program that keeps a processor busy for good, finding out whether it
/// still does costs little as well. Epochs of 8-50-50-50-1, batch 200, ms: 3.0 to 3.1 so, 3.1 to 5.4 where the first
/// time counted in full; beside a busy neighbour 5.1 to 6.1 and 5.2 to 5.3, with OpenMP's threads 7.4 to 10.4.
void crowd(std::int64_t lost);

/// To be called by each thread of a team as it begins.
void begin_work();

/// To be called by a thread for which others have slept since then: perhaps because it was kept from its work, which is
/// a loss, perhaps only because it had more to do.
void came_late(std::int64_t since);

inline void pause() {
#if defined(__SSE__)
  _mm_pause();
#endif
}

/// Waits until the condition is true; returns whether it came true before it is time to sleep. First a spin of some 20
/// microseconds, several times what a balanced phase keeps a thread waiting. Then 100 microseconds in which others may
/// have the processor: longer than a thread takes to wake up, or else of two threads with short phases one would always
/// sleep when the other comes (8-50-50-50-1, batch 32: a quarter of the speed).
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
    if (after - before > kTaken) crowd(after - before);  // another thread took the processor: there is one too many
    before = after;
  }
  return false;
}

}  // namespace rosenblatt
