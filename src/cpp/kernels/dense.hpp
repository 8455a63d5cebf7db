// The three products of a training step, over panels. None of them packs an operand.
#pragma once

#include <limits>

#include "kernels/microkernel.hpp"

namespace rosenblatt::dense {

// Rows of a weight panel that are multiplied at a time: 256 cache lines (16 KiB) stay in the first-level cache while
// all rows of the tile use them.
inline constexpr Index kDepthBlock = 256;

/// The floor of a product whose sums are kept as they are.
template <class T>
inline constexpr T kNoFloor = -std::numeric_limits<T>::infinity();

namespace detail {

template <int R, int P, int W, class T>
[[gnu::always_inline]] inline void forward_block(const T* a, Index a_rows, const T* w, Index w_panel, Index k0,
                                                 Index k1, const T* start, T floor, T* z, Index z_rows) {
  constexpr Index L = kLane<T>;
  Vector<T, W> acc[R][P];
  for (int i = 0; i < R; ++i)
    for (int p = 0; p < P; ++p) {
      if (k0 > 0)
        acc[i][p] = ConstVectorMap<T, W>(z + (p * z_rows + i) * L);
      else if (start)
        acc[i][p] = ConstVectorMap<T, W>(start + p * w_panel);
      else
        acc[i][p].setZero();
    }
  Index k = k0;
  for (; k + L <= k1; k += L) accumulate<R, P, W, L, 1>(acc, a + (k / L) * a_rows * L, w + k * L, w_panel, L);
  if (k < k1) accumulate<R, P, W, L, 1>(acc, a + (k / L) * a_rows * L, w + k * L, w_panel, k1 - k);
  for (int i = 0; i < R; ++i)
    for (int p = 0; p < P; ++p) VectorMap<T, W>(z + (p * z_rows + i) * L) = acc[i][p].max(floor);
}

template <int P, int W, class T>
void forward_panels(const T* a, Index a_rows, Index rows, Index depth, const T* w, Index w_panel, const T* start,
                    T floor, T* z, Index z_rows) {
  constexpr Index L = kLane<T>;
  Index k0 = 0;
  do {  // at least once: a product of depth 0 still writes its start values
    const Index k1 = std::min(depth, k0 + kDepthBlock);
    if constexpr (P > 1) {
      forward_block<1, P, W>(a, a_rows, w, w_panel, k0, k1, start, k1 < depth ? kNoFloor<T> : floor, z, z_rows);
    } else {
      for_each_block<kRows<T, W>>(rows, [&](Index i, auto r) {
        forward_block<decltype(r)::value, 1, W>(a + i * L, a_rows, w, w_panel, k0, k1, start,
                                                k1 < depth ? kNoFloor<T> : floor, z + i * L, z_rows);
      });
    }
    k0 = k1;
  } while (k0 < depth);
}

/// Rows of a block of two panels, at most and at least: fewer rows take single panels.
inline constexpr int kPairRows = kBlockRows, kFewestPairRows = 8;
inline bool has_pair_blocks(Index rows) {
  return rows / ceil_div(rows, kPairRows) >= kFewestPairRows;  // for_each_block's smallest block
}

/// Two panels, of which the second is W numbers wide.
template <int W, class T>
void forward_pair(const T* a, Index a_rows, Index rows, Index depth, const T* w, Index w_panel, const T* start, T floor,
                  T* z, Index z_rows) {
  constexpr Index L = kLane<T>;
  constexpr int V = kWhole<T>;
  Index k0 = 0;
  do {
    const Index k1 = std::min(depth, k0 + kDepthBlock);
    for_each_block<kPairRows, kFewestPairRows>(rows, [&](Index first, auto r) {
      constexpr int R = decltype(r)::value;
      Vector<T, V> acc1[R];
      Vector<T, W> acc2[R];
      alignas(64) static constexpr T kZeros[L] = {};
      T* const z1 = z + first * L;
      T* const z2 = z1 + z_rows * L;
      const bool continued = k0 > 0;
      const T* const from1 = continued ? z1 : start ? start : kZeros;
      const T* const from2 = continued ? z2 : start ? start + w_panel : kZeros;
      const Index stride = continued ? L : 0;
      for (int i = 0; i < R; ++i) {
        acc1[i] = ConstVectorMap<T, V>(from1 + i * stride);
        acc2[i] = ConstVectorMap<T, W>(from2 + i * stride);
      }
      for (Index k = k0; k < k1; k += L)
        accumulate_pair(acc1, acc2, a + (k / L * a_rows + first) * L, w + k * L, w + w_panel + k * L,
                        std::min(L, k1 - k));
      const T least = k1 < depth ? kNoFloor<T> : floor;
      for (int i = 0; i < R; ++i) {
        VectorMap<T, V>(z1 + i * L) = acc1[i].max(least);
        VectorMap<T, W>(z2 + i * L) = acc2[i].max(least);
      }
    });
    k0 = k1;
  } while (k0 < depth);
}

}  // namespace detail

/// Z = A W (+ b): A (rows, depth) in panels of `a_rows` rows, W (depth, width) in panels of [depth or more][lane],
/// `w_panel` elements apart, Z in panels of `z_rows` rows. With `bias`, row `depth` of each weight panel starts the
/// sums. Sums below `floor` become it: with 0, Z is rectified. NaN stays. If the last panel is at most half full, only
/// its first half is certain to be written.
///
/// Computes the forward product with W, and the delta product with its transpose.
template <class T>
void forward(const T* a, Index a_rows, Index rows, Index depth, const T* w, Index w_panel, Index width, bool bias,
             T floor, T* z, Index z_rows) {
  constexpr Index L = kLane<T>;
  const auto take = [&](Index p, auto panels, auto columns) {
    detail::forward_panels<decltype(panels)::value, decltype(columns)::value>(
        a, a_rows, rows, depth, w + p * w_panel, w_panel, bias ? w + p * w_panel + depth * L : nullptr, floor,
        z + p * z_rows * L, z_rows);
  };
  constexpr std::integral_constant<int, 1> kOne;
  if (rows == 1)  // one panel of a single row has too few accumulators to hide the latency of its sums
    return for_each_block<4>(ceil_div(width, L),
                             [&](Index p, auto panels) { take(p, panels, std::integral_constant<int, kWhole<T>>{}); });
  Index p = 0;
  if constexpr (kPairs)
    for (; detail::has_pair_blocks(rows) && (p + 1) * L < width; p += 2)
      with_width<T>(width - (p + 1) * L, [&](auto columns) {
        detail::forward_pair<decltype(columns)::value>(a, a_rows, rows, depth, w + p * w_panel, w_panel,
                                                       bias ? w + p * w_panel + depth * L : nullptr, floor,
                                                       z + p * z_rows * L, z_rows);
      });
  for (; p * L < width; ++p) with_width<T>(width - p * L, [&](auto columns) { take(p, kOne, columns); });
}

/// z = d W^T for a single row, without a transposed copy of W: d (outputs,) in panels that are `d_panel` elements
/// apart, W (inputs, outputs) in panels of [inputs or more][lane], `w_panel` apart, z (inputs,), not empty, in panels
/// `z_panel` apart. The rest of z's last panel is set to zero.
template <class T>
void backward_row(const T* d, Index d_panel, Index outputs, const T* w, Index w_panel, Index inputs, T* z,
                  Index z_panel) {
  constexpr Index L = kLane<T>, H = L / 2;
  const Index halves = ceil_div(outputs, H);
  LaneMap<T>(z + (inputs - 1) / L * z_panel).setZero();
  for_each_block<4>(inputs, [&](Index i, auto block) {
    constexpr int R = decltype(block)::value;
    Vector<T, H> sums[R];
    for (auto& sum : sums) sum.setZero();
    for (Index h = 0; h < halves; ++h) {
      const Index within = h % 2 * H;
      const ConstVectorMap<T, H> delta(d + h / 2 * d_panel + within);
      const T* weights = w + h / 2 * w_panel + i * L + within;
      for (int j = 0; j < R; ++j) sums[j] += delta * ConstVectorMap<T, H>(weights + j * L);
    }
    for (int j = 0; j < R; ++j) z[(i + j) / L * z_panel + (i + j) % L] = sums[j].sum();
  });
}

/// Copies `rows` rows and `columns` columns of a block [lane][lane] into another, transposed.
template <class T>
void transpose(const T* from, Index rows, Index columns, T* to) {
  constexpr Index L = kLane<T>;
  if (rows == L && columns == L) {
    // Eigen transposes squares of a register's width in registers: 16 x 16 floats take 18 ns, one by one 185.
    constexpr Index S = kRegisterBytes / sizeof(T);
    using Square = Eigen::Matrix<T, S, S, Eigen::RowMajor>;
    for (Index r = 0; r < L; r += S)
      for (Index c = 0; c < L; c += S) {
        Square square = Eigen::Map<const Square, Eigen::Aligned16, Eigen::OuterStride<L>>(from + r * L + c);
        square.transposeInPlace();
        Eigen::Map<Square, Eigen::Aligned16, Eigen::OuterStride<L>>(to + c * L + r) = square;
      }
    return;
  }
  for (Index c = 0; c < columns; ++c)
    for (Index r = 0; r < rows; ++r) to[c * L + r] = from[r * L + c];
}

namespace detail {

/// G = A^T D, or G += A^T D: the columns of A are broadcast, those of D are side by side in registers. Zeros are loaded
/// from memory as G is, and the pointers are copied, so that GCC keeps all sums in registers; 8-50-50-50-1 with batch 1
/// takes 0.96 of the time.
template <class T>
void outer_products(const T* a, const T* d, Index rows, Index inputs, Index outputs, bool add, T* g) {
  constexpr Index L = kLane<T>;
  alignas(64) static constexpr T kZeros[L] = {};
  with_width<T>(outputs, [=](auto columns) {
    constexpr int W = decltype(columns)::value;
    for_each_block<kColumns<T, W>>(inputs, [=](Index i, auto r) {
      constexpr int R = decltype(r)::value;
      const T* const start = add ? g + i * L : kZeros;
      const Index stride = add ? L : 0;
      T* const to = g + i * L;
      Vector<T, W> acc[R][1];
      for (int j = 0; j < R; ++j) acc[j][0] = ConstVectorMap<T, W>(start + j * stride);
      accumulate<R, 1, W, 1, L>(acc, a + i, d, 0, rows);
      for (int j = 0; j < R; ++j) VectorMap<T, W>(to + j * L) = acc[j][0];
    });
  });
}

}  // namespace detail

/// G = A^T D over `rows` rows, or with `add` G += A^T D. A is one panel [rows][lane] with `inputs` used columns, D one
/// panel [rows][lane] with `outputs` used columns, G [inputs][lane]; only its used columns are certain to be written.
template <class T>
void weight_gradient(const T* a, const T* d, Index rows, Index inputs, Index outputs, bool add, T* g) {
  constexpr Index L = kLane<T>;
  const auto halves = [](Index columns) { return 2 * columns <= L ? 1 : 2; };
  if (rows * outputs * halves(inputs) + inputs * outputs >= rows * inputs * halves(outputs))
    return detail::outer_products(a, d, rows, inputs, outputs, add, g);
  // With few outputs most of a register would be empty. The inputs are then side by side instead, if the rows are so
  // many that it is worth transposing the result. The sums have the same order: 50 x 1 with 200 rows takes 1.1 us
  // instead of 2.1.
  alignas(64) T transposed[L * L];
  if (add) {
    std::fill_n(transposed, outputs * L, T(0));
    transpose(g, inputs, outputs, transposed);
  }
  // NOLINTNEXTLINE(readability-suspicious-call-argument): the transposed product
  detail::outer_products(d, a, rows, outputs, inputs, add, transposed);
  transpose(transposed, outputs, inputs, g);
}

/// g = the column sums of D over `rows` rows, or with `add` g += these sums: D one panel [rows][lane] with `outputs`
/// used columns, g [lane]. If D is at most half full, only the first half is read and written. The order of the sums
/// depends on `rows` alone.
template <class T>
void bias_gradient(const T* d, Index rows, Index outputs, bool add, T* g) {
  constexpr Index L = kLane<T>;
  with_width<T>(outputs, [&](auto columns) {
    constexpr int W = decltype(columns)::value;
    Vector<T, W> sums[4];  // several chains, or each sum would wait for the one before
    for (auto& sum : sums) sum.setZero();
    if (add) sums[0] = ConstVectorMap<T, W>(g);
    Index r = 0;
    for (; r + 4 <= rows; r += 4)
#pragma GCC unroll 4
      for (int i = 0; i < 4; ++i) sums[i] += ConstVectorMap<T, W>(d + (r + i) * L);
    for (; r < rows; ++r) sums[0] += ConstVectorMap<T, W>(d + r * L);
    VectorMap<T, W>{g} = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  });
}

}  // namespace rosenblatt::dense
