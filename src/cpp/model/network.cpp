// A dense network: its layers, its parameters in panels, and its predictions.
#include "model/network.hpp"

#include <stdexcept>

#include "base/finite.hpp"
#include "base/interrupt.hpp"
#include "kernels/dense.hpp"
#include "kernels/single_rows.hpp"
#include "kernels/sparse.hpp"
#include "threads/team.hpp"
#include "training/partition.hpp"

namespace rosenblatt {

template <class T>
Network<T>::Network(const std::vector<Index>& widths, const std::vector<std::string>& activations, const LossSpec& loss)
    : loss_(Loss<T>::make(loss)) {
  if (widths.size() < 2) throw std::invalid_argument("widths: a network has an input and an output layer");
  if (activations.size() != widths.size() - 2)
    throw std::invalid_argument("activations: got " + std::to_string(activations.size()) + " for " +
                                std::to_string(widths.size() - 2) + " hidden layers, expected one for each");
  constexpr Index kLargest = Index(1) << 31;  // keeps every product of two widths and a lane within an Index
  Index weights = 0;
  for (std::size_t l = 0; l + 1 < widths.size(); ++l) {
    const Index inputs = widths[l], outputs = widths[l + 1];
    if (inputs < 1 || outputs < 1 || inputs >= kLargest || outputs >= kLargest)
      throw std::invalid_argument("widths: every layer has from 1 to 2147483647 neurons, got " +
                                  std::to_string(inputs < 1 || inputs >= kLargest ? inputs : outputs));
    const bool hidden = l < activations.size();
    const Layer<T> layer{hidden ? Activation<T>::find(activations[l]) : Activation<T>{}, inputs, outputs, weights,
                         transposed_size_};
    const double needed =
        static_cast<double>(weights) + static_cast<double>(layer.panel_count()) * static_cast<double>(layer.panel());
    if (needed > 1e15) throw std::bad_alloc();
    weights += layer.panel_count() * layer.panel();
    if (l > 0) transposed_size_ += panels::count<T>(inputs) * outputs * kLane<T>;
    layers_.push_back(layer);
  }
  loss_->target_columns(outputs());  // throws if the loss takes no such number of outputs
  weights_ = Buffer<T>(weights);
}

template <class T>
Index Network<T>::widest() const {
  Index widest = inputs();
  for (const Layer<T>& layer : layers_) widest = std::max(widest, layer.outputs);
  return widest;
}

template <class T>
void Network<T>::pack(Index index, const T* coefs, const T* intercepts, T* to) const {
  const Layer<T>& layer = layers_[index];
  T* const start = to + layer.weights;
  panels::gather(coefs, layer.outputs, nullptr, layer.inputs, start, layer.inputs + 1);
  panels::gather(intercepts, layer.outputs, nullptr, 1, start + layer.inputs * kLane<T>, layer.inputs + 1);
}

template <class T>
void Network<T>::unpack(Index index, const T* from, T* coefs, T* intercepts) const {
  const Layer<T>& layer = layers_[index];
  const T* const start = from + layer.weights;
  panels::scatter(start, layer.inputs + 1, layer.inputs, layer.outputs, coefs);
  panels::scatter(start + layer.inputs * kLane<T>, layer.inputs + 1, 1, layer.outputs, intercepts);
}

template <class T>
bool Network<T>::predict(const Table<T>& x, Output output, T* out, const std::vector<T*>& hidden, int n_threads,
                         bool only_finite, const std::function<bool()>& should_stop) const {
  constexpr Index L = kLane<T>;
  if (!x.sparse() && x.rows == 1 && hidden.empty()) {
    if (only_finite && !all_finite(x.dense, x.columns)) return false;
    // On a team of one, so that subnormal numbers are flushed here too.
    team::run(1, [&](team::Member) {
      direct::row_scores(*this, x.dense, out);
      if (output == Output::predictions) loss_->predict(out, 1, outputs());
    });
    return true;
  }
  const Index tile = std::min(x.rows, plan::kPredictRows);
  const Index tiles = ceil_div(x.rows, std::max<Index>(tile, 1));
  const int threads = plan::threads(n_threads, tiles, operations(x.rows) >= plan::kPredictionWorthWaking);
  const Index side = panels::size<T>(tile, widest());
  Buffer<T> scratch(threads * 2 * side);
  Shares picks(threads);
  std::atomic<bool> stopped{false}, finite{true};
  team::run(threads, [&](team::Member member) {
    Poll poll(should_stop);
    T* a = scratch.data() + member.index * 2 * side;
    T* z = a + side;
    picks.for_each(member, tiles, [&](Index t) {
      if (stopped) return;
      if (member.index == 0 && poll.stop()) stopped = true;
      const Index first = t * tile, rows = std::min(tile, x.rows - first);
      if (!x.sparse()) {
        const T* const from = x.dense + first * x.columns;
        if (only_finite && !all_finite(from, rows * x.columns)) {
          finite = false;
          stopped = true;
          return;
        }
        panels::gather(from, x.columns, nullptr, rows, a, tile);
      }
      for (const Layer<T>& layer : layers_) {
        const T* w = weights_.data() + layer.weights;
        if (&layer == &layers_.front() && x.sparse())
          sparse::forward(x, nullptr, first, rows, {}, 0, w, layer.panel(), layer.panel_count(), z, tile);
        else
          dense::forward(a, tile, rows, layer.inputs, w, layer.panel(), layer.outputs, true, z, tile);
        const std::size_t l = static_cast<std::size_t>(&layer - &layers_.front());
        if (l + 1 < layers_.size())
          for (Index p = 0; p < layer.panel_count(); ++p) layer.activation.forward(z + p * tile * L, rows * L);
        if (l < hidden.size() && hidden[l])
          panels::scatter(z, tile, rows, layer.outputs, hidden[l] + first * layer.outputs);
        std::swap(a, z);
      }
      panels::scatter(a, tile, rows, outputs(), out + first * outputs());
      if (output == Output::predictions) loss_->predict(out + first * outputs(), rows, outputs());
    });
  });
  return finite;
}

template class Network<float>;
template class Network<double>;

}  // namespace rosenblatt
