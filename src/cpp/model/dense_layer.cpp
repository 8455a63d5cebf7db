// A dense layer: products, activations and their gradients over tiles of rows.
#include "model/dense_layer.hpp"

#include "kernels/dense.hpp"
#include "kernels/single_rows.hpp"
#include "kernels/sparse.hpp"
#include "model/blocks.hpp"

namespace rosenblatt {
namespace {

/// z <- z + (f(z) - z) alpha for rows [rows][lane] of one panel. With `derivative`, derivative <- da/dz and
/// terms <- f(z) - z.
template <class T>
void activate_with_slopes(const Activation<T>& activation, const T* alpha, Index rows, T* z, T* derivative, T* terms) {
  constexpr Index L = kLane<T>, kPart = 32;  // rows whose raw scores are copied at a time
  alignas(64) T scores[kPart * L];
  for (Index first = 0; first < rows; first += kPart) {
    const Index size = std::min(kPart, rows - first) * L, start = first * L;
    std::copy_n(z + start, size, scores);
    if (derivative)
      activation.forward_and_derivative(z + start, derivative + start, size);
    else
      activation.forward(z + start, z + start, size);
    for (Index i = 0; i < size; i += L)
      for (Index j = 0; j < L; ++j) {
        const T term = z[start + i + j] - scores[i + j];
        z[start + i + j] = scores[i + j] + term * alpha[j];
        if (terms) terms[start + i + j] = term;
      }
    if (derivative)
      for (Index i = start; i < start + size; i += L)
        for (Index j = 0; j < L; ++j) derivative[i + j] = T(1) + (derivative[i + j] - T(1)) * alpha[j];
  }
}

}  // namespace

template <class T>
std::vector<ParameterShape> DenseLayer<T>::parameters() const {
  std::vector<ParameterShape> all{{ParameterKind::weights, this->inputs(), this->outputs()},
                                  {ParameterKind::biases, 1, this->outputs()}};
  if (slopes_) all.push_back({ParameterKind::slopes, 1, this->outputs()});
  return all;
}

template <class T>
void DenseLayer<T>::pack(ParameterKind kind, const T* from, T* to) const {
  const Index inputs = this->inputs(), outputs = this->outputs();
  if (kind == ParameterKind::weights)
    panels::gather(from, outputs, nullptr, inputs, to + this->start(), inputs + 1);
  else if (kind == ParameterKind::biases)
    panels::gather(from, outputs, nullptr, 1, to + this->start() + inputs * kLane<T>, inputs + 1);
  else
    panels::gather(from, outputs, nullptr, 1, to + slopes_start(), 1);
}

template <class T>
void DenseLayer<T>::unpack(ParameterKind kind, const T* from, T* to) const {
  const Index inputs = this->inputs(), outputs = this->outputs();
  if (kind == ParameterKind::weights)
    panels::scatter(from + this->start(), inputs + 1, inputs, outputs, to);
  else if (kind == ParameterKind::biases)
    panels::scatter(from + this->start() + inputs * kLane<T>, inputs + 1, 1, outputs, to);
  else
    panels::scatter(from + slopes_start(), 1, 1, outputs, to);
}

template <class T>
void DenseLayer<T>::append_blocks(Index layer, std::vector<Block>& blocks) const {
  constexpr Index L = kLane<T>;
  const auto columns_of = [&](Index panel) { return std::min(L, this->outputs() - panel * L); };
  for (Index p = 0; p < panel_count(); ++p)
    for (Index input = 0; input < this->inputs(); input += kBlockInputs) {
      const Index panel = this->start() + p * panel_size();
      const Index inputs = std::min(kBlockInputs, this->inputs() - input);
      blocks.push_back({layer, ParameterKind::weights, p, input, inputs, columns_of(p), panel + input * L, inputs * L,
                        panel + this->inputs() * L});
    }
  if (slopes_)
    for (Index p = 0; p < panel_count(); ++p)
      blocks.push_back(vector_block<T>(layer, ParameterKind::slopes, p, columns_of(p), slopes_start()));
}

template <class T>
void DenseLayer<T>::transpose(const Block& block, const T* parameters, T* to) const {
  constexpr Index L = kLane<T>;
  if (first_ || block.kind != ParameterKind::weights) return;
  for (Index i = 0; i < block.inputs; i += L)
    dense::transpose(parameters + block.start + i * L, std::min(L, block.inputs - i), block.columns,
                     to + (block.first_input + i) * this->outputs() + block.panel * L * L);
}

template <class T>
void DenseLayer<T>::forward_row(const T* parameters, const T* inputs, T* outputs) const {
  constexpr Index L = kLane<T>;
  single_rows::product(parameters + this->start(), this->inputs(), this->outputs(), inputs, outputs);
  if (slopes_)
    for (Index p = 0; p < panel_count(); ++p)
      activate_with_slopes<T>(activation_, parameters + slopes_start() + p * L, 1, outputs + p * L, nullptr, nullptr);
  else if (has_activation())
    activation_.forward(outputs, outputs, panel_count() * L);
}

template <class T>
void DenseLayer<T>::forward(const T* parameters, const LayerTile<T>& tile, PanelRange neurons,
                            bool keep_derivative) const {
  constexpr Index L = kLane<T>;
  const Index rows = tile.rows, stride = tile.buffer_rows * L;
  const T* const w = parameters + this->start() + neurons.first * panel_size();
  T* const z = tile.outputs + neurons.first * stride;
  // Where relu needs no derivative, the product itself rectifies what it stores.
  const bool rectified = rectifies_ && !tile.sparse_inputs && !(keep_derivative && tile.deltas);
  if (tile.sparse_inputs)
    sparse::forward(*tile.sparse_inputs, this->inputs(), rows, w, panel_size(), neurons.end - neurons.first, z,
                    tile.buffer_rows);
  else
    dense::forward(tile.inputs, tile.buffer_rows, rows, this->inputs(), w, panel_size(),
                   std::min(neurons.end * L, this->outputs()) - neurons.first * L, true,
                   rectified ? T(0) : dense::kNoFloor<T>, z, tile.buffer_rows);
  if (!has_activation() || rectified) return;
  for (Index p = neurons.first; p < neurons.end; ++p) {
    T* const a = tile.outputs + p * stride;
    T* const derivative = keep_derivative && tile.deltas ? tile.deltas + p * stride : nullptr;
    if (slopes_)
      activate_with_slopes(activation_, parameters + slopes_start() + p * L, rows, a, derivative,
                           tile.slope_terms ? tile.slope_terms + p * stride : nullptr);
    else if (derivative)
      activation_.forward_and_derivative(a, derivative, rows * L);
    else
      activation_.forward(a, a, rows * L);
  }
}

template <class T>
void DenseLayer<T>::backward(const T* parameters, const T* transposed, const LayerTile<T>& tile, PanelRange inputs,
                             T* to, Index to_rows) const {
  constexpr Index L = kLane<T>;
  const Index width = std::min(inputs.end * L, this->inputs()) - inputs.first * L;
  if (transposed)
    dense::forward(tile.deltas, tile.buffer_rows, tile.rows, this->outputs(),
                   transposed + inputs.first * this->outputs() * L, this->outputs() * L, width, false,
                   dense::kNoFloor<T>, to, to_rows);
  else
    dense::backward_row(tile.deltas, tile.buffer_rows * L, this->outputs(),
                        parameters + this->start() + inputs.first * L * L, panel_size(), width, to, to_rows * L);
}

template <class T>
void DenseLayer<T>::differentiate(const LayerTile<T>& tile, PanelRange neurons, bool kept, const T* from,
                                  Index from_rows) const {
  constexpr Index L = kLane<T>;
  const Index size = tile.rows * L;
  for (Index p = 0; p < neurons.end - neurons.first; ++p) {
    const Index panel = (neurons.first + p) * tile.buffer_rows * L;
    T* const delta = tile.deltas + panel;
    if (!kept) {
      activation_.backward(tile.outputs + panel, delta, size);
      continue;
    }
    const T* const factor = from + p * from_rows * L;
    if (tile.slope_terms) {
      T* const terms = tile.slope_terms + panel;
      for (Index i = 0; i < size; ++i) terms[i] *= factor[i];
    }
    for (Index i = 0; i < size; ++i) delta[i] *= factor[i];
  }
}

template <class T>
void DenseLayer<T>::gradient(const T*, const Block& block, const LayerTile<T>& tile, bool add, T* gradient,
                             T* biases) const {
  constexpr Index L = kLane<T>;
  const Index panel = block.panel * tile.buffer_rows * L;
  if (block.kind == ParameterKind::slopes)
    return vector_gradient(block, tile.slope_terms + panel, tile.rows, add, gradient);
  const T* const delta = tile.deltas + panel;
  const bool sparse = tile.column_groups != nullptr;
  if (!add && (sparse || block.columns < L)) {  // not all of it is written below
    std::fill_n(gradient, block.size, T(0));
    if (block.owns_biases()) std::fill_n(biases, L, T(0));
  }
  for (Index i = 0; i < block.inputs; i += L, gradient += L * L) {
    const Index first = block.first_input + i;
    if (sparse)
      tile.column_groups->weight_gradient(first / L, delta, block.columns, gradient);
    else
      dense::weight_gradient(tile.inputs + first * tile.buffer_rows, delta, tile.rows, std::min(L, block.inputs - i),
                             block.columns, add, gradient);
  }
  if (block.owns_biases()) dense::bias_gradient(delta, tile.rows, block.columns, add, biases);
}

template class DenseLayer<float>;
template class DenseLayer<double>;

}  // namespace rosenblatt
