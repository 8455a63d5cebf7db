// Products of a single row and a matrix, from panels or from row-major weights.
//
// A row's products use each weight once, so their speed is that of reading the weights from the caches: they are read
// in few streams of increasing addresses. Every sum is the same chain of multiply-adds as in dense::forward, so that
// the prediction of a row has the same bits on either path.
#pragma once

#include "kernels/microkernel.hpp"

namespace rosenblatt::single_rows {

// Weight panels that are read side by side: as many accumulators as leave registers for a broadcast, and enough to hide
// the latency of multiply-adds. 784-300-100-10 in float32 takes 11 us with 4 to 12 panels and 18 us with 1.
inline constexpr int kRowPanels = std::min(kBlockRows, 8);

// Rows of row-major weights that are added at a time: the sums pass through the first-level cache once for all of them.
inline constexpr int kRowsAtOnce = 8;

/// z (outputs,) = a W + b for a row a (inputs,) and a layer's panels w [output panels][inputs + 1][lane], the last row
/// of which holds the biases. Whole lanes of z are written.
template <class T>
[[gnu::always_inline]] inline void product(const T* w, Index inputs, Index outputs, const T* a, T* z) {
  constexpr Index L = kLane<T>;
  const Index panel = (inputs + 1) * L;
  for_each_block<kRowPanels>(ceil_div(outputs, L), [&](Index first, auto panels) {
    constexpr int P = decltype(panels)::value;
    const T* const block = w + first * panel;
    Lane<T> acc[P];
    for (int p = 0; p < P; ++p) acc[p] = ConstLaneMap<T>(block + p * panel + inputs * L);
#pragma GCC unroll 4
    for (Index k = 0; k < inputs; ++k)
#pragma GCC unroll 8
      for (int p = 0; p < P; ++p) acc[p] += a[k] * ConstLaneMap<T>(block + p * panel + k * L);
    for (int p = 0; p < P; ++p) LaneMap<T>(z + (first + p) * L) = acc[p];
  });
}

/// z (columns,) += sum over k < K of a[k] w[k], in increasing k, for rows w[k] that are `stride` apart: by vectors of W
/// numbers, and the remaining columns by vectors of half that size.
template <int K, int W, class T>
[[gnu::always_inline]] inline void add_rows(const T* a, const T* w, Index stride, Index columns, T* z) {
  using Part = Vector<T, W>;
  Index j = 0;
  for (; j + W <= columns; j += W) {
    Eigen::Map<Part> sum(z + j);
    Part acc = sum;
#pragma GCC unroll 8
    for (int k = 0; k < K; ++k) acc += a[k] * Eigen::Map<const Part>(w + k * stride + j);
    sum = acc;
  }
  if constexpr (W > 1) add_rows<K, W / 2>(a, w + j, stride, columns - j, z + j);
}

/// z (outputs,) = a W + b for a row a (inputs,), row-major W (inputs, outputs) and b (outputs,).
template <class T>
[[gnu::always_inline]] inline void product_row_major(const T* weights, const T* biases, Index inputs, Index outputs,
                                                     const T* a, T* z) {
  std::copy_n(biases, outputs, z);
  for_each_block<kRowsAtOnce>(inputs, [&](Index k, auto rows) {
    add_rows<decltype(rows)::value, kWhole<T>>(a + k, weights + k * outputs, outputs, outputs, z);
  });
}

}  // namespace rosenblatt::single_rows
