// Predictions for a few rows straight from row-major weights.
//
// Every sum is the same chain of multiply-adds as in dense::forward, so a row's prediction has the same bits either
// way.
#include "direct.hpp"

#include "microkernel.hpp"

namespace rosenblatt::direct {
namespace {

template <class T>
using Unaligned = Eigen::Map<const Lane<T>>;

/// z[j .. j + P lanes) = b + a W.
template <int P, class T>
void forward_lanes(const LayerView<T>& layer, const T* a, Index j, T* z) {
  constexpr Index L = kLane<T>;
  Lane<T> acc[P];
  for (int p = 0; p < P; ++p) acc[p] = Unaligned<T>(layer.intercepts + j + p * L);
  for (Index k = 0; k < layer.inputs; ++k) {
    const T* row = layer.coefs + k * layer.outputs + j;
#pragma GCC unroll 4
    for (int p = 0; p < P; ++p) acc[p] += a[k] * Unaligned<T>(row + p * L);
  }
  for (int p = 0; p < P; ++p) Eigen::Map<Lane<T>>(z + j + p * L) = acc[p];
}

/// z (outputs,) = a W + b for one row a (inputs,).
template <class T>
void forward(const LayerView<T>& layer, const T* a, T* z) {
  constexpr Index L = kLane<T>;
  Index j = 0;
  for (; j + 4 * L <= layer.outputs; j += 4 * L) forward_lanes<4>(layer, a, j, z);
  for (; j + L <= layer.outputs; j += L) forward_lanes<1>(layer, a, j, z);
  const Index rest = layer.outputs - j;
  if (rest == 0) return;
  T acc[L];
  std::copy_n(layer.intercepts + j, rest, acc);
  for (Index k = 0; k < layer.inputs; ++k)
    for (Index i = 0; i < rest; ++i) acc[i] += a[k] * layer.coefs[k * layer.outputs + j + i];
  std::copy_n(acc, rest, z + j);
}

}  // namespace

template <class T>
void predict(const std::vector<LayerView<T>>& layers, const Loss<T>& loss, const Table<T>& x, T* out) {
  constexpr Index L = kLane<T>;
  Index widest = 0;
  for (const LayerView<T>& layer : layers) widest = std::max(widest, layer.outputs);
  const Index side = ceil_div(widest, L) * L;
  Buffer<T> scratch(2 * side);
  const Index outputs = layers.back().outputs;
  for (Index r = 0; r < x.rows; ++r) {
    const T* a = x.dense + r * x.columns;
    T* z = scratch.data();
    T* other = z + side;
    for (const LayerView<T>& layer : layers) {
      forward(layer, a, z);
      if (&layer != &layers.back()) layer.activation.forward(z, ceil_div(layer.outputs, L) * L);
      a = z;
      std::swap(z, other);
    }
    std::copy_n(a, outputs, out + r * outputs);
  }
  loss.predict(out, x.rows, outputs);
}

template void predict(const std::vector<LayerView<float>>&, const Loss<float>&, const Table<float>&, float*);
template void predict(const std::vector<LayerView<double>>&, const Loss<double>&, const Table<double>&, double*);

}  // namespace rosenblatt::direct
