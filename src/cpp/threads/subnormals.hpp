// The processor's mode for subnormal numbers: kept, or flushed to zero.
#pragma once

#include <cstdint>

#if defined(__SSE__)
#include <immintrin.h>
#endif

namespace rosenblatt {

/// Training flushes, since subnormal numbers in optimizer state slow a step a hundredfold. Predictions and all code of
/// Python keep them.
enum class Subnormals { kept, flushed };

/// Sets the mode of this thread while it lives; restores the previous mode after.
class SubnormalMode {
 public:
  SubnormalMode(const SubnormalMode&) = delete;
  SubnormalMode& operator=(const SubnormalMode&) = delete;
#if defined(__SSE__)
  explicit SubnormalMode(Subnormals mode) : saved_(_mm_getcsr()) {
    constexpr unsigned kFlush = 0x8040;  // FTZ and DAZ
    _mm_setcsr(mode == Subnormals::flushed ? saved_ | kFlush : saved_ & ~kFlush);
  }
  ~SubnormalMode() { _mm_setcsr(saved_); }

 private:
  unsigned saved_;
#elif defined(__aarch64__)
  explicit SubnormalMode(Subnormals mode) {
    constexpr std::uint64_t kFlush = std::uint64_t(1) << 24;
    asm volatile("mrs %0, fpcr" : "=r"(saved_));
    asm volatile("msr fpcr, %0" ::"r"(mode == Subnormals::flushed ? saved_ | kFlush : saved_ & ~kFlush));
  }
  ~SubnormalMode() { asm volatile("msr fpcr, %0" ::"r"(saved_)); }

 private:
  std::uint64_t saved_;
#else
  explicit SubnormalMode(Subnormals) {}
#endif
};

}  // namespace rosenblatt
