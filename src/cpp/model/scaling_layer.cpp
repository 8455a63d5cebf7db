// A diagonal scaling layer over tiles of rows.
#include "model/scaling_layer.hpp"

#include "model/blocks.hpp"

namespace rosenblatt {

template <class T>
void ScalingLayer<T>::pack(ParameterKind, const T* from, T* to) const {
  panels::gather(from, this->inputs(), nullptr, 1, to + this->start(), 1);
}

template <class T>
void ScalingLayer<T>::unpack(ParameterKind, const T* from, T* to) const {
  panels::scatter(from + this->start(), 1, 1, this->inputs(), to);
}

template <class T>
void ScalingLayer<T>::append_blocks(Index layer, std::vector<Block>& blocks) const {
  constexpr Index L = kLane<T>;
  for (Index p = 0; p * L < this->inputs(); ++p)
    blocks.push_back(
        vector_block<T>(layer, ParameterKind::scale, p, std::min(L, this->inputs() - p * L), this->start()));
}

template <class T>
void ScalingLayer<T>::forward_row(const T* parameters, const T* inputs, T* outputs) const {
  const T* const scale = parameters + this->start();
  for (Index i = 0; i < this->inputs(); ++i) outputs[i] = inputs[i] * scale[i];
}

template <class T>
void ScalingLayer<T>::forward(const T* parameters, const LayerTile<T>& tile, PanelRange neurons, bool) const {
  constexpr Index L = kLane<T>;
  for (Index p = neurons.first; p < neurons.end; ++p) {
    const T* const scale = parameters + this->start() + p * L;
    const T* const x = tile.inputs + p * tile.buffer_rows * L;
    T* const a = tile.outputs + p * tile.buffer_rows * L;
    for (Index i = 0; i < tile.rows * L; i += L)
      for (Index j = 0; j < L; ++j) a[i + j] = x[i + j] * scale[j];
  }
}

template <class T>
void ScalingLayer<T>::backward(const T* parameters, const T*, const LayerTile<T>& tile, PanelRange inputs, T* to,
                               Index to_rows) const {
  constexpr Index L = kLane<T>;
  for (Index p = inputs.first; p < inputs.end; ++p) {
    const T* const scale = parameters + this->start() + p * L;
    const T* const delta = tile.deltas + p * tile.buffer_rows * L;
    T* const below = to + (p - inputs.first) * to_rows * L;
    for (Index i = 0; i < tile.rows * L; i += L)
      for (Index j = 0; j < L; ++j) below[i + j] = delta[i + j] * scale[j];
  }
}

template <class T>
void ScalingLayer<T>::gradient(const T*, const Block& block, const LayerTile<T>& tile, bool add, T* gradient,
                               T*) const {
  constexpr Index L = kLane<T>;
  const Index panel = block.panel * tile.buffer_rows * L;
  const T* const x = tile.inputs + panel;
  const T* const delta = tile.deltas + panel;
  T sums[L] = {};
  for (Index i = 0; i < tile.rows * L; i += L)
    for (Index j = 0; j < L; ++j) sums[j] += x[i + j] * delta[i + j];
  for (Index j = 0; j < L; ++j) {
    const T sum = j < block.columns ? sums[j] : T(0);
    gradient[j] = add ? gradient[j] + sum : sum;
  }
}

template class ScalingLayer<float>;
template class ScalingLayer<double>;

}  // namespace rosenblatt
