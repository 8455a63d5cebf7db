// The one inner loop: a block of R rows by P lanes of accumulators, held in registers.
#pragma once

#include <Eigen/Core>

#include "types.hpp"

namespace rosenblatt {

template <class T>
using Lane = Eigen::Array<T, static_cast<int>(kLane<T>), 1>;

template <class T>
using LaneMap = Eigen::Map<Lane<T>, Eigen::Aligned64>;

template <class T>
using ConstLaneMap = Eigen::Map<const Lane<T>, Eigen::Aligned64>;

// Rows of accumulators: as many as leave room for one operand lane and a broadcast in the level's vector registers
// (6 x 2 of 16 with AVX2, 12 x 1 of 32 with AVX-512, 3 x 4 of 16 with SSE).
#if defined(__AVX512F__)
inline constexpr int kBlockRows = 12;
#elif defined(__AVX__)
inline constexpr int kBlockRows = 6;
#else
inline constexpr int kBlockRows = 3;
#endif

/// acc[i][p] += sum over k < depth of a[i * RowStride + k * DepthStride] * b[p * b_panel + k * lane], in increasing k.
///
/// One chain of multiply-adds an accumulator, so the result does not depend on R or P.
template <int R, int P, Index RowStride, Index DepthStride, class T>
[[gnu::always_inline]] inline void accumulate(Lane<T> (&acc)[R][P], const T* a, const T* b, Index b_panel,
                                              Index depth) {
#pragma GCC unroll 4
  for (Index k = 0; k < depth; ++k) {
    const T* row = b + k * kLane<T>;
#pragma GCC unroll 12
    for (int i = 0; i < R; ++i) {
      const T factor = a[i * RowStride + k * DepthStride];
#pragma GCC unroll 4
      for (int p = 0; p < P; ++p) acc[i][p] += factor * ConstLaneMap<T>(row + p * b_panel);
    }
  }
}

/// Calls body(std::integral_constant<int, R>) for the R in [1, Max] that equals `rows`.
template <int Max, class Body>
[[gnu::always_inline]] inline void with_rows(int rows, Body&& body) {
  if constexpr (Max > 1) {
    if (rows < Max) return with_rows<Max - 1>(rows, body);
  }
  body(std::integral_constant<int, Max>{});
}

/// Cuts `rows` into as few blocks of at most kBlockRows as possible, of sizes that differ by at most one (a short last
/// block would leave the processor waiting for its own results): calls body(first_row, integral_constant<int, size>).
template <class Body>
[[gnu::always_inline]] inline void for_each_block(Index rows, Body&& body) {
  const Index blocks = ceil_div(rows, kBlockRows);
  Index first = 0;
  for (Index i = 0; i < blocks; ++i) {
    const Index size = rows / blocks + (i < rows % blocks ? 1 : 0);
    with_rows<kBlockRows>(static_cast<int>(size), [&](auto r) { body(first, r); });
    first += size;
  }
}

}  // namespace rosenblatt
