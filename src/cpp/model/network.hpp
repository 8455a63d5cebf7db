// A network: its layers, its loss, and its parameters in one flat buffer.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/api.hpp"
#include "model/dense_layer.hpp"
#include "model/embeddings/embedding.hpp"
#include "model/layer.hpp"
#include "rules/losses/loss.hpp"

namespace rosenblatt {

/// The parameters of one kind in a layer.
struct ParameterGroup {
  Index layer;  // of all layers, those in front included
  ParameterKind kind;
};

/// The layers of a network. Names that do not exist make Network's constructor throw std::invalid_argument.
struct Architecture {
  std::vector<Index> widths;                   // the columns of the inputs, and the neurons of each dense layer
  std::vector<std::string> activations;        // of each hidden layer
  bool scaling = false;                        // whether a diagonal scaling layer precedes the first dense layer
  bool slopes = false;                         // whether the neurons of hidden layers have trained slopes
  std::vector<EmbeddingSpec> embeddings = {};  // of each column; empty: there is no layer of embeddings
};

template <class T>
class ROSENBLATT_API Network {
 public:
  Network(const Architecture& architecture, const LossSpec& loss);

  /// The layers in order: one of embeddings and one of scales, if there are such, and the dense ones.
  const std::vector<std::unique_ptr<Layer<T>>>& layers() const { return layers_; }
  const std::vector<const DenseLayer<T>*>& dense_layers() const { return dense_layers_; }
  /// The number of layers before the dense ones, which take no sparse inputs.
  std::size_t layers_in_front() const { return layers_.size() - dense_layers_.size(); }
  bool embeds() const { return embeds_; }
  /// The first layer that has parameters: layers before it need no deltas.
  Index first_trained() const { return layers_.front()->size() > 0 ? 0 : 1; }
  Index inputs() const { return layers_.front()->inputs(); }
  Index outputs() const { return layers_.back()->outputs(); }
  /// The largest number of neurons or inputs of a layer.
  Index widest() const;
  /// The sum of the numbers of inputs and of all neurons.
  Index neurons() const;
  const Loss<T>& loss() const { return *loss_; }
  /// Whether training can pass through all hidden layers; otherwise the name of an activation without a derivative.
  std::string_view untrainable_activation() const;

  /// All parameters. Gradients and optimizer state have the same layout.
  T* parameters() { return parameters_.data(); }
  const T* parameters() const { return parameters_.data(); }
  Index size() const { return parameters_.size(); }
  std::vector<Block> blocks() const;
  std::vector<ParameterGroup> groups() const;

  /// Approximate floating-point operations of a prediction: a product and a sum for each parameter and row.
  double operations(Index rows) const {
    return 2.0 * static_cast<double>(parameters_.size()) * static_cast<double>(rows);
  }

 private:
  std::vector<std::unique_ptr<Layer<T>>> layers_;
  std::vector<const DenseLayer<T>*> dense_layers_;
  std::unique_ptr<Loss<T>> loss_;
  bool embeds_;
  Buffer<T> parameters_;
};

extern template class Network<float>;
extern template class Network<double>;

}  // namespace rosenblatt
