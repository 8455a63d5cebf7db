// A network: the construction of its layers.
#include "model/network.hpp"

#include <new>
#include <stdexcept>

#include "model/embedding_layer.hpp"
#include "model/scaling_layer.hpp"

namespace rosenblatt {
namespace {

void check_widths(const Architecture& architecture) {
  const auto& widths = architecture.widths;
  if (widths.size() < 2)
    throw std::invalid_argument("widths: got " + std::to_string(widths.size()) +
                                " layers, expected an input and an output layer at least");
  const std::size_t embeddings = architecture.embeddings.size();
  if (embeddings > 0 && static_cast<Index>(embeddings) != widths.front())
    throw std::invalid_argument("embeddings: got " + std::to_string(embeddings) + ", expected " +
                                std::to_string(widths.front()) + ", one for each column");
  if (architecture.activations.size() != widths.size() - 2)
    throw std::invalid_argument("activations: got " + std::to_string(architecture.activations.size()) +
                                " names, expected " + std::to_string(widths.size() - 2) +
                                ", one for each hidden layer");
  constexpr Index kLargest = Index(1) << 31;  // keeps every product of two widths and a lane within an Index
  for (const Index width : widths)
    if (width < 1 || width >= kLargest)
      throw std::invalid_argument("widths: got " + std::to_string(width) + ", expected from 1 to 2147483647 neurons");
}

}  // namespace

template <class T>
Network<T>::Network(const Architecture& architecture, const LossSpec& loss)
    : loss_(Loss<T>::make(loss)), embeds_(!architecture.embeddings.empty()) {
  check_widths(architecture);
  const auto& widths = architecture.widths;
  Index size = 0;
  const auto append = [&](auto layer) {
    size += layer->size();
    layers_.push_back(std::move(layer));
  };
  if (embeds_) append(std::make_unique<EmbeddingLayer<T>>(architecture.embeddings));
  Index inputs = embeds_ ? layers_.back()->outputs() : widths.front();  // of the next layer
  if (architecture.scaling) append(std::make_unique<ScalingLayer<T>>(inputs, size));
  for (std::size_t l = 0; l + 1 < widths.size(); ++l) {
    const bool hidden = l < architecture.activations.size();
    const auto activation = hidden ? Activation<T>::find(architecture.activations[l]) : Activation<T>{};
    auto layer = std::make_unique<DenseLayer<T>>(inputs, widths[l + 1], size, activation, hidden && architecture.slopes,
                                                 size == 0);
    inputs = widths[l + 1];
    const double needed = static_cast<double>(size) +
                          static_cast<double>(layer->panel_count() + 1) * static_cast<double>(layer->panel_size());
    if (needed > 1e15) throw std::bad_alloc();
    dense_layers_.push_back(layer.get());
    append(std::move(layer));
  }
  loss_->target_columns(outputs());  // throws if the loss takes no such number of outputs
  parameters_ = Buffer<T>(size);
}

template <class T>
Index Network<T>::widest() const {
  Index widest = inputs();
  for (const auto& layer : layers_) widest = std::max(widest, layer->outputs());
  return widest;
}

template <class T>
Index Network<T>::neurons() const {
  Index neurons = inputs();
  for (const DenseLayer<T>* layer : dense_layers_) neurons += layer->outputs();
  return neurons;
}

template <class T>
std::string_view Network<T>::untrainable_activation() const {
  for (const DenseLayer<T>* layer : dense_layers_)
    if (layer->has_activation() && !layer->activation().trainable()) return layer->activation().name;
  return {};
}

template <class T>
std::vector<Block> Network<T>::blocks() const {
  std::vector<Block> blocks;
  for (std::size_t l = 0; l < layers_.size(); ++l) layers_[l]->append_blocks(static_cast<Index>(l), blocks);
  return blocks;
}

template <class T>
std::vector<ParameterGroup> Network<T>::groups() const {
  std::vector<ParameterGroup> groups;
  for (std::size_t l = 0; l < layers_.size(); ++l)
    for (const ParameterShape& shape : layers_[l]->parameters()) groups.push_back({static_cast<Index>(l), shape.kind});
  return groups;
}

template class Network<float>;
template class Network<double>;

}  // namespace rosenblatt
