// A dense layer: a = f(x W + b), with an activation f that may have a trained slope for each neuron.
#pragma once

#include "base/api.hpp"
#include "model/layer.hpp"
#include "rules/activations.hpp"

namespace rosenblatt {

/// The parameters of a layer with n inputs, in a flat buffer: [output panels][n + 1][lane], the last row of a panel
/// holding the biases; then, with slopes, [output panels][lane].
///
/// With slopes alpha, a = z + (f(z) - z) alpha: the activation itself where alpha = 1, and the identity where alpha =
/// 0. With f = relu this is the parametric ReLU of He et al. ("Delving deep into rectifiers", ICCV 2015), whose slope
/// below 0 is 1 - alpha. Like all parameters, slopes are 0 until they are set.
template <class T>
class ROSENBLATT_API DenseLayer final : public Layer<T> {
 public:
  /// `activation` of an output layer is empty: its outputs are the raw scores. `first` says that nothing before this
  /// layer needs deltas.
  DenseLayer(Index inputs, Index outputs, Index start, const Activation<T>& activation, bool slopes, bool first)
      : Layer<T>(inputs, outputs, start),
        activation_(activation),
        slopes_(slopes),
        first_(first),
        rectifies_(activation.name == "relu" && !slopes) {}

  const Activation<T>& activation() const { return activation_; }
  bool has_activation() const { return !activation_.name.empty(); }
  bool has_slopes() const { return slopes_; }

  /// Numbers of one panel of weights and biases.
  Index panel_size() const { return (this->inputs() + 1) * kLane<T>; }
  Index panel_count() const { return panels::count<T>(this->outputs()); }

  std::vector<ParameterShape> parameters() const override;
  Index size() const override { return panel_count() * (panel_size() + (slopes_ ? kLane<T> : 0)); }
  void pack(ParameterKind kind, const T* from, T* to) const override;
  void unpack(ParameterKind kind, const T* from, T* to) const override;
  void append_blocks(Index layer, std::vector<Block>& blocks) const override;
  /// [input panels][outputs][lane]
  Index transposed_size() const override {
    return first_ ? 0 : panels::count<T>(this->inputs()) * this->outputs() * kLane<T>;
  }
  void transpose(const Block& block, const T* parameters, T* to) const override;

  void forward_row(const T* parameters, const T* inputs, T* outputs) const override;
  void forward(const T* parameters, const LayerTile<T>& tile, PanelRange neurons, bool keep_derivative) const override;

  bool keeps_derivative() const override { return slopes_ || (has_activation() && !activation_.backward); }
  void backward(const T* parameters, const T* transposed, const LayerTile<T>& tile, PanelRange inputs, T* to,
                Index to_rows) const override;
  void differentiate(const LayerTile<T>& tile, PanelRange neurons, bool kept, const T* from,
                     Index from_rows) const override;
  void gradient(const T* parameters, const Block& block, const LayerTile<T>& tile, bool add, T* gradient,
                T* biases) const override;

 private:
  /// Where the slopes start in a flat buffer.
  Index slopes_start() const { return this->start() + panel_count() * panel_size(); }

  Activation<T> activation_;
  bool slopes_, first_, rectifies_;
};

extern template class DenseLayer<float>;
extern template class DenseLayer<double>;

}  // namespace rosenblatt
