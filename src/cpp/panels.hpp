// The storage layout of everything inside the engine, and its conversion from and to NumPy's rows.
//
// A matrix (rows, width) is stored as panels [ceil(width / lane)][rows][lane]: no leading dimension is a power of two,
// no loop has a tail, and a row's piece of a panel is exactly one cache line. The last panel is padded with zeros.
#pragma once

#include "types.hpp"

namespace rosenblatt::panels {

template <class T>
constexpr Index count(Index width) {
  return ceil_div(width, kLane<T>);
}

/// Elements that a (rows, width) matrix takes.
template <class T>
constexpr Index size(Index rows, Index width) {
  return count<T>(width) * rows * kLane<T>;
}

/// Copies rows of a row-major matrix into panels; `to` is panel 0 at the first of them, in a buffer of `to_rows` rows.
/// `order` picks the source rows; null means consecutive ones.
template <class T>
void gather(const T* from, Index width, const std::int64_t* order, Index rows, T* to, Index to_rows) {
  constexpr Index L = kLane<T>;
  const Index whole = width / L;
  for (Index r = 0; r < rows; ++r) {
    const T* source = from + (order ? order[r] : r) * width;
    T* target = to + r * L;
    for (Index p = 0; p < whole; ++p) std::copy_n(source + p * L, L, target + p * to_rows * L);
    if (whole * L < width) {
      T* last = target + whole * to_rows * L;
      std::copy_n(source + whole * L, width - whole * L, last);
      std::fill(last + (width - whole * L), last + L, T(0));
    }
  }
}

/// Copies panels out to rows of a row-major matrix.
template <class T>
void scatter(const T* from, Index from_rows, Index rows, Index width, T* to) {
  constexpr Index L = kLane<T>;
  for (Index r = 0; r < rows; ++r)
    for (Index p = 0; p * L < width; ++p)
      std::copy_n(from + (p * from_rows + r) * L, std::min(L, width - p * L), to + r * width + p * L);
}

}  // namespace rosenblatt::panels
