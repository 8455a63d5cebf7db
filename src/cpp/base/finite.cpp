// Checks that numbers are finite: compares their exponents as integers, since that loop vectorises.
#include "base/finite.hpp"

#include "rules/elementary.hpp"

namespace rosenblatt {

template <class T>
bool all_finite(const T* numbers, Index size) {
  using F = elementary::Format<T>;
  using Bits = typename F::Bits;
  constexpr Bits exponent = Bits(2 * F::exponent_bias + 1) << F::mantissa_bits;  // all ones for NaN and infinities
  constexpr Index kPart = 4096;  // numbers between two tests for an early end
  for (Index first = 0; first < size; first += kPart) {
    const Index end = std::min(size, first + kPart);
    Bits bad = 0;
    for (Index i = first; i < end; ++i) bad |= Bits((elementary::bit_cast<Bits>(numbers[i]) & exponent) == exponent);
    if (bad) return false;
  }
  return true;
}

template bool all_finite(const float*, Index);
template bool all_finite(const double*, Index);

}  // namespace rosenblatt
