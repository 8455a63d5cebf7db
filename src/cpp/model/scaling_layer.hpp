// A diagonal scaling layer: a = x s, one trained factor for each input.
#pragma once

#include "model/layer.hpp"

namespace rosenblatt {

/// In front of the first dense layer, behind embeddings, it lets training choose how much each input matters
/// (Holzmueller et al., "Better by default: strong pre-tuned MLPs and boosted trees on tabular data", NeurIPS 2024).
/// Its parameters in a flat buffer: [panels][lane]. It takes dense inputs only.
template <class T>
class ScalingLayer final : public Layer<T> {
 public:
  ScalingLayer(Index inputs, Index start) : Layer<T>(inputs, inputs, start) {}

  std::vector<ParameterShape> parameters() const override { return {{ParameterKind::scale, 1, this->inputs()}}; }
  Index size() const override { return panels::size<T>(1, this->inputs()); }
  void pack(ParameterKind kind, const T* from, T* to) const override;
  void unpack(ParameterKind kind, const T* from, T* to) const override;
  void append_blocks(Index layer, std::vector<Block>& blocks) const override;

  void forward_row(const T* parameters, const T* inputs, T* outputs) const override;
  void forward(const T* parameters, const LayerTile<T>& tile, PanelRange neurons, bool keep_derivative) const override;

  bool keeps_derivative() const override { return false; }
  void backward(const T* parameters, const T* transposed, const LayerTile<T>& tile, PanelRange inputs, T* to,
                Index to_rows) const override;
  void differentiate(const LayerTile<T>&, PanelRange, bool, const T*, Index) const override {}
  void gradient(const T* parameters, const Block& block, const LayerTile<T>& tile, bool add, T* gradient,
                T* biases) const override;
};

extern template class ScalingLayer<float>;
extern template class ScalingLayer<double>;

}  // namespace rosenblatt
