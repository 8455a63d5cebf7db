// Predictions for a few rows, each on its own.
//
// A row's products take each weight once, so that they are as fast as weights come out of the caches: they are read in
// few streams of increasing addresses. Every sum is the same chain of multiply-adds as in dense::forward, so a row's
// prediction has the same bits either way.
#include "kernels/single_rows.hpp"

#include "kernels/microkernel.hpp"

namespace rosenblatt::direct {
namespace {

// Weight panels that are read side by side: as many lanes of accumulators as leave registers for a broadcast, and
// enough to hide the latency of multiply-adds. 784-300-100-10 in float32, 1.1 MB of weights in a second-level cache of
// 1 MB: 11 us with 4 to 12, 18 with 1; by blocks of depth as in dense::forward 15.
inline constexpr int kPanels = std::min(kBlockRows, 8);

// Rows of row-major weights that are added at a time: sums go through the first-level cache once for all of them.
inline constexpr int kRowsAtOnce = 8;

/// z (outputs,) = a W + b for one row a (inputs,) and the panels w of a network's layer.
template <class T>
void product(const Layer<T>& layer, const T* w, const T* a, T* z) {
  constexpr Index L = kLane<T>;
  const Index panel = layer.panel();
  for_each_block<kPanels>(layer.panel_count(), [&](Index first, auto panels) {
    constexpr int P = decltype(panels)::value;
    const T* const block = w + first * panel;
    Lane<T> acc[P];
    for (int p = 0; p < P; ++p) acc[p] = ConstLaneMap<T>(block + p * panel + layer.inputs * L);
#pragma GCC unroll 4
    for (Index k = 0; k < layer.inputs; ++k)
#pragma GCC unroll 8
      for (int p = 0; p < P; ++p) acc[p] += a[k] * ConstLaneMap<T>(block + p * panel + k * L);
    for (int p = 0; p < P; ++p) LaneMap<T>(z + (first + p) * L) = acc[p];
  });
}

/// z (columns,) += sum over k < K of a[k] w[k], in increasing k, for rows w[k] that are `stride` apart: by vectors of W
/// numbers, and what is left by halves of these.
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

/// z (outputs,) = a W + b for one row a (inputs,) and row-major weights.
template <class T>
void product(const LayerView<T>& layer, const T* a, T* z) {
  std::copy_n(layer.intercepts, layer.outputs, z);
  for_each_block<kRowsAtOnce>(layer.inputs, [&](Index k, auto rows) {
    add_rows<decltype(rows)::value, kWhole<T>>(a + k, layer.coefs + k * layer.outputs, layer.outputs, layer.outputs, z);
  });
}

template <class T>
Index padded(Index width) {
  return ceil_div(width, kLane<T>) * kLane<T>;
}

/// Room for the activations of two layers: on the stack, unless they are very wide.
template <class T>
class Scratch {
 public:
  template <class L>
  explicit Scratch(const std::vector<L>& layers) {
    for (const L& layer : layers) side_ = std::max(side_, padded<T>(layer.outputs));
    if (side_ > kSide) large_ = Buffer<T>(2 * side_);
  }
  T* first() { return side_ > kSide ? large_.data() : small_; }
  T* second() { return first() + side_; }

 private:
  static constexpr Index kSide = 1024;
  Index side_ = 0;
  Buffer<T> large_;
  alignas(64) T small_[2 * kSide];
};

}  // namespace

template <class T>
void scores(const std::vector<LayerView<T>>& layers, const Table<T>& x, T* out) {
  Scratch<T> scratch(layers);
  const LayerView<T>& last = layers.back();
  for (Index r = 0; r < x.rows; ++r) {
    const T* a = x.dense + r * x.columns;
    T *z = scratch.first(), *other = scratch.second();
    for (const LayerView<T>& layer : layers) {
      product(layer, a, z);
      if (&layer != &last) layer.activation.forward(z, padded<T>(layer.outputs));
      a = z;
      std::swap(z, other);
    }
    std::copy_n(a, last.outputs, out + r * last.outputs);
  }
}

template <class T>
void row_scores(const Network<T>& network, const T* row, T* out) {
  Scratch<T> scratch(network.layers());
  const Layer<T>& last = network.layers().back();
  const T* a = row;
  T *z = scratch.first(), *other = scratch.second();
  for (const Layer<T>& layer : network.layers()) {
    product(layer, network.weights() + layer.weights, a, z);
    if (&layer != &last) layer.activation.forward(z, padded<T>(layer.outputs));
    a = z;
    std::swap(z, other);
  }
  std::copy_n(a, last.outputs, out);
}

template void scores(const std::vector<LayerView<float>>&, const Table<float>&, float*);
template void scores(const std::vector<LayerView<double>>&, const Table<double>&, double*);
template void row_scores(const Network<float>&, const float*, float*);
template void row_scores(const Network<double>&, const double*, double*);

}  // namespace rosenblatt::direct
