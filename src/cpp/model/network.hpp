// A dense network: its layers, its parameters in panels, and its predictions.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "rules/activations.hpp"
#include "rules/losses/loss.hpp"
#include "base/panels.hpp"

namespace rosenblatt {

/// One layer's shape, its activation, and the place of its weights in the network's flat buffers.
template <class T>
struct Layer {
  Activation<T> activation;  // of the last layer: none
  Index inputs, outputs;
  Index weights;     // [output panels][inputs + 1][lane], the last row of a panel being the biases
  Index transposed;  // [input panels][outputs][lane], kept for the delta product; none for the first layer

  Index panel() const { return (inputs + 1) * kLane<T>; }
  Index panel_count() const { return panels::count<T>(outputs); }
};

template <class T>
class Network {
 public:
  /// `widths` are the sizes of all layers, input and output included; `activations` has a name for each hidden layer.
  /// Names that do not exist throw std::invalid_argument.
  Network(const std::vector<Index>& widths, const std::vector<std::string>& activations, const LossSpec& loss);

  const std::vector<Layer<T>>& layers() const { return layers_; }
  Index inputs() const { return layers_.front().inputs; }
  Index outputs() const { return layers_.back().outputs; }
  Index widest() const;
  const Loss<T>& loss() const { return *loss_; }

  T* weights() { return weights_.data(); }
  const T* weights() const { return weights_.data(); }
  Index weights_size() const { return weights_.size(); }
  /// What the transposed copies take that training makes of the weights.
  Index transposed_size() const { return transposed_size_; }

  /// Copies a layer's (inputs, outputs) weights and (outputs,) biases from a row-major matrix into the panels at `to`,
  /// a buffer laid out like weights(). Optimizer state and gradients share the layout.
  void pack(Index layer, const T* coefs, const T* intercepts, T* to) const;
  void unpack(Index layer, const T* from, T* coefs, T* intercepts) const;

  void set_layer(Index layer, const T* coefs, const T* intercepts) { pack(layer, coefs, intercepts, weights()); }

  /// Rough cost of a prediction in floating-point operations: a product and a sum for each weight and row.
  double operations(Index rows) const { return 2.0 * static_cast<double>(weights_.size()) * static_cast<double>(rows); }

  /// What the output layer's sums are turned into.
  enum class Output { scores, predictions };

  /// out (rows, outputs) <- the raw scores or the predictions; hidden[l] (rows, outputs of layer l), where it is not
  /// null, <- the activations of hidden layer l. With `only_finite`, returns false if there is NaN or infinity in a
  /// dense x; `out` is incomplete then, and also if `should_stop` says so on the way.
  bool predict(const Table<T>& x, Output output, T* out, const std::vector<T*>& hidden, int n_threads, bool only_finite,
               const std::function<bool()>& should_stop) const;

 private:
  std::vector<Layer<T>> layers_;
  std::unique_ptr<Loss<T>> loss_;
  Buffer<T> weights_;
  Index transposed_size_ = 0;
};

extern template class Network<float>;
extern template class Network<double>;

}  // namespace rosenblatt
