// The storage layout of everything inside the engine, and its conversion from and to NumPy's rows.
//
// A matrix (rows, width) is stored as panels [ceil(width / lane)][rows][lane]: no leading dimension is a power of two,
// no loop has a tail, and a row's piece of a panel is exactly one cache line. The last panel is padded with zeros.
#pragma once

#include "base/types.hpp"

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

inline void prefetch([[maybe_unused]] const void* address) {
#if defined(__GNUC__)
  __builtin_prefetch(address);
#endif
}

/// Copies size < lane numbers: by fixed sizes, since a call of memmove costs more than so few of them.
template <class T, Index Part = kLane<T> / 2>
inline void copy_some(const T* from, Index size, T* to) {
  if (size & Part) {
    std::copy_n(from, Part, to);
    from += Part;
    to += Part;
  }
  if constexpr (Part > 1) copy_some<T, Part / 2>(from, size, to);
}

/// Copies rows of a row-major matrix into panels; `to` is panel 0 at the first of them, in a buffer of `to_rows` rows.
/// `order` picks the source rows; null means consecutive ones.
template <class T>
void gather(const T* from, Index width, const std::int64_t* order, Index rows, T* to, Index to_rows) {
  constexpr Index L = kLane<T>, kAhead = 8;
  const Index whole = width / L;
  for (Index r = 0; r < rows; ++r) {
    const T* source = from + (order ? order[r] : r) * width;
    // Rows at random from a table beyond the second-level cache: 200 rows of 8 floats take 4.5 us so, 8.5 without.
    if (order && r + kAhead < rows) {
      const T* const ahead = from + order[r + kAhead] * width;
      prefetch(ahead);
      prefetch(ahead + width - 1);  // a short row may lie across two lines
    }
    T* target = to + r * L;
    for (Index p = 0; p < whole; ++p) std::copy_n(source + p * L, L, target + p * to_rows * L);
    if (whole * L < width) {
      T* last = target + whole * to_rows * L;
      std::fill_n(last, L, T(0));
      copy_some(source + whole * L, width - whole * L, last);
    }
  }
}

/// Copies panels out to rows of a row-major matrix.
template <class T>
void scatter(const T* from, Index from_rows, Index rows, Index width, T* to) {
  constexpr Index L = kLane<T>;
  const Index whole = width / L;
  for (Index r = 0; r < rows; ++r) {
    const T* source = from + r * L;
    T* target = to + r * width;
    for (Index p = 0; p < whole; ++p) std::copy_n(source + p * from_rows * L, L, target + p * L);
    copy_some(source + whole * from_rows * L, width - whole * L, target + whole * L);
  }
}

}  // namespace rosenblatt::panels
