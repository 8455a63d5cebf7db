// The inner loop of all dense products: a block of R rows by P lanes of accumulators in registers.
#pragma once

#include <Eigen/Core>

#include "base/types.hpp"

namespace rosenblatt {

/// W numbers side by side in registers: a whole lane, or half of one for the last panel of a matrix.
template <class T, int W>
using Vector = Eigen::Array<T, W, 1>;

template <class T, int W>
using VectorMap = Eigen::Map<Vector<T, W>, Eigen::Aligned16>;

template <class T, int W>
using ConstVectorMap = Eigen::Map<const Vector<T, W>, Eigen::Aligned16>;

template <class T>
inline constexpr int kWhole = static_cast<int>(kLane<T>);

template <class T>
using Lane = Vector<T, kWhole<T>>;

template <class T>
using LaneMap = VectorMap<T, kWhole<T>>;

template <class T>
using ConstLaneMap = ConstVectorMap<T, kWhole<T>>;

// Rows of whole-lane accumulators: as many as leave registers for one operand lane and a broadcast (6 x 2 of 16 with
// AVX2, 12 x 1 of 32 with AVX-512, or 12 x 2 in forward products, 3 x 4 of 16 with SSE). Twice as many rows of half
// lanes, but at most 12, since each size is compiled, and 12 hide the latency of multiply-adds on every level.
#if defined(__AVX512F__)
inline constexpr int kBlockRows = 12, kRegisterBytes = 64;
#elif defined(__AVX__)
inline constexpr int kBlockRows = 6, kRegisterBytes = 32;
#else
inline constexpr int kBlockRows = 3, kRegisterBytes = 16;
#endif

template <class T, int W>
inline constexpr int kRows = W == kWhole<T> ? kBlockRows : std::min(2 * kBlockRows, 12);

/// Whether forward products take two panels at a time, where the registers have room for them: a broadcast then serves
/// two multiply-adds.
inline constexpr bool kPairs = kBlockRows == 12;

/// Columns of a panel that a weight gradient broadcasts at a time. With AVX-512 all 16 fit the 32 registers, so that
/// the other factor is read once: the gradients of 784-300-100-10 with batch 32 take 0.93 of the time of two blocks
/// of 8.
template <class T, int W>
inline constexpr int kColumns = kBlockRows == 12 ? std::min<int>(16, kWhole<T>) : kRows<T, W>;

/// acc[i][p] += sum over k < depth of a[i * RowStride + k * DepthStride] * b[p * b_panel + k * lane], in increasing k.
///
/// One chain of multiply-adds an accumulator, so the result does not depend on R, P or W.
template <int R, int P, int W, Index RowStride, Index DepthStride, class T>
[[gnu::always_inline]] inline void accumulate(Vector<T, W> (&acc)[R][P], const T* a, const T* b, Index b_panel,
                                              Index depth) {
#pragma GCC unroll 4
  for (Index k = 0; k < depth; ++k) {
    const T* row = b + k * kLane<T>;
#pragma GCC unroll 24
    for (int i = 0; i < R; ++i) {
      const T factor = a[i * RowStride + k * DepthStride];
#pragma GCC unroll 4
      for (int p = 0; p < P; ++p) acc[i][p] += factor * ConstVectorMap<T, W>(row + p * b_panel);
    }
  }
}

/// The same for two panels, of which the second may be narrower.
template <int R, int W1, int W2, class T>
[[gnu::always_inline]] inline void accumulate_pair(Vector<T, W1> (&acc1)[R], Vector<T, W2> (&acc2)[R], const T* a,
                                                   const T* b1, const T* b2, Index depth) {
  constexpr Index L = kLane<T>;
#pragma GCC unroll 2
  for (Index k = 0; k < depth; ++k)
#pragma GCC unroll 12
    for (int i = 0; i < R; ++i) {
      const T factor = a[i * L + k];
      acc1[i] += factor * ConstVectorMap<T, W1>(b1 + k * L);
      acc2[i] += factor * ConstVectorMap<T, W2>(b2 + k * L);
    }
}

/// Calls body(std::integral_constant<int, R>) for the R in [Min, Max] that equals `rows`.
template <int Max, int Min, class Body>
[[gnu::always_inline]] inline void with_rows(int rows, Body&& body) {
  if constexpr (Max > Min) {
    if (rows < Max) return with_rows<Max - 1, Min>(rows, body);
  }
  body(std::integral_constant<int, Max>{});
}

/// Partitions `rows` into as few blocks of at most Max rows as possible, whose sizes differ by at most one, since a
/// short last block would have too few sums to hide their latency. Calls body(first_row, integral_constant<int, size>).
/// No block may have fewer than Min rows.
template <int Max, int Min = 1, class Body>
[[gnu::always_inline]] inline void for_each_block(Index rows, Body&& body) {
  const Index blocks = ceil_div(rows, Max);
  Index first = 0;
  for (Index i = 0; i < blocks; ++i) {
    const Index size = rows / blocks + (i < rows % blocks ? 1 : 0);
    with_rows<Max, Min>(static_cast<int>(size), [&](auto r) { body(first, r); });
    first += size;
  }
}

/// Calls body(std::integral_constant<int, W>) with half a lane if the `columns` of a panel fit it, else a whole lane.
template <class T, class Body>
[[gnu::always_inline]] inline void with_width(Index columns, Body&& body) {
  if (2 * columns <= kLane<T>)
    body(std::integral_constant<int, kWhole<T> / 2>{});
  else
    body(std::integral_constant<int, kWhole<T>>{});
}

}  // namespace rosenblatt
