// Shuffles that draw the same numbers as NumPy's legacy RandomState.
#pragma once

#include <utility>

#include "types.hpp"

namespace rosenblatt {

/// NumPy's documented C interface of a bit generator, as its capsule "BitGenerator" holds it (numpy/random/bitgen.h).
struct BitGenerator {
  void* state;
  std::uint64_t (*next_uint64)(void* state);
  std::uint32_t (*next_uint32)(void* state);
  double (*next_double)(void* state);
  std::uint64_t (*next_raw)(void* state);
};

/// A whole number in [0, largest], by rejecting masked draws: RandomState's algorithm, number for number.
inline std::uint64_t draw_up_to(const BitGenerator& generator, std::uint64_t largest) {
  if (largest == 0) return 0;
  std::uint64_t mask = largest;
  for (int shift = 1; shift < 64; shift *= 2) mask |= mask >> shift;
  std::uint64_t value;
  do {
    value = largest <= 0xffffffffULL ? generator.next_uint32(generator.state) : generator.next_uint64(generator.state);
    value &= mask;
  } while (value > largest);
  return value;
}

/// RandomState.shuffle of an array of `size` numbers (Fisher and Yates, from the end).
inline void shuffle(const BitGenerator& generator, std::int64_t* items, Index size) {
  for (Index i = size - 1; i > 0; --i) std::swap(items[i], items[draw_up_to(generator, static_cast<std::uint64_t>(i))]);
}

}  // namespace rosenblatt
