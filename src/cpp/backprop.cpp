// One batch through the network and back: phase 1.
#include "backprop.hpp"

namespace rosenblatt {

template <class T>
Backprop<T>::Backprop(const Network<T>& network, const Samples<T>& samples, Index largest_batch, int threads)
    : network_(network),
      samples_(samples),
      pass_rows_(std::min(largest_batch, plan::kPassRows)),
      threads_(threads),
      scratch_(threads * 2 * plan::kTileRows * network.outputs()),
      row_loss_(pass_rows_) {
  const auto& layers = network.layers();
  for (Index l = 0; l < static_cast<Index>(layers.size()); ++l)
    for (Index p = 0; p < layers[l].panel_count(); ++p)
      for (Index chunk = 0; chunk < panels::count<T>(layers[l].inputs); ++chunk) blocks_.push_back({l, p, chunk});
  pieces_ = samples.inputs.sparse() ? 1 : plan::gradient_pieces(static_cast<Index>(blocks_.size()), pass_rows_);
  activations_.emplace_back(samples.inputs.sparse() ? 0 : panels::size<T>(pass_rows_, network.inputs()));
  for (const Layer<T>& layer : layers) activations_.emplace_back(panels::size<T>(pass_rows_, layer.outputs));
  for (std::size_t l = 0; l + 1 < layers.size(); ++l)
    deltas_.emplace_back(panels::size<T>(pass_rows_, layers[l].outputs));
  if (samples.inputs.sparse()) groups_ = sparse::ColumnGroups<T>(network.inputs());
}

template <class T>
void Backprop<T>::reserve(const std::int64_t* order, Index first, Index rows) {
  if (!samples_.inputs.sparse()) return;
  for (Index done = 0; done < rows; done += pass_rows_)
    groups_.reserve(samples_.inputs, order, first + done, std::min(pass_rows_, rows - done));
}

template <class T>
void Backprop<T>::propagate(team::Member member, const std::int64_t* order, Index first, Index rows, Poll& poll,
                            std::atomic<bool>& stopped) {
  if (member.index == 0) {
    picks_.reset();
    sums_.reset();
    if (samples_.inputs.sparse()) groups_.build(samples_.inputs, order, first, rows);
  }
  T* scratch = scratch_.data() + member.index * 2 * plan::kTileRows * network_.outputs();
  const Index size = plan::tile_rows(rows, member.count), count = ceil_div(rows, size);
  for (Index t = tiles_.next(); t < count; t = tiles_.next()) {
    if (member.index == 0 && poll.stop()) stopped.store(true, std::memory_order_relaxed);
    if (stopped.load(std::memory_order_relaxed)) return;
    const Index begin = t * size;
    tile(begin, std::min(size, rows - begin), order ? order + begin : nullptr, first + begin, scratch);
  }
}

template <class T>
void Backprop<T>::tile(Index first, Index rows, const std::int64_t* order, Index source, T* scratch) {
  constexpr Index L = kLane<T>;
  const auto& layers = network_.layers();
  const Index last = static_cast<Index>(layers.size()) - 1;
  const Table<T>& x = samples_.inputs;
  const auto at = [&](Buffer<T>& buffer) { return buffer.data() + first * L; };

  if (!x.sparse())
    panels::gather(order ? x.dense : x.dense + source * x.columns, x.columns, order, rows, at(activations_[0]),
                   pass_rows_);
  for (Index l = 0; l <= last; ++l) {
    const Layer<T>& layer = layers[l];
    const T* w = network_.weights() + layer.weights;
    T* z = at(activations_[l + 1]);
    if (l == 0 && x.sparse())
      sparse::forward(x, order, source, rows, w, layer.panel(), layer.panel_count(), z, pass_rows_);
    else
      dense::forward(at(activations_[l]), pass_rows_, rows, layer.inputs, w, layer.panel(), layer.outputs, true, z,
                     pass_rows_);
    if (l < last)
      for (Index p = 0; p < layer.panel_count(); ++p) network_.activation().forward(z + p * pass_rows_ * L, rows * L);
  }

  backward_through_loss(first, rows, order, source, scratch);

  for (Index l = last; l > 0; --l) {
    const Layer<T>& layer = layers[l];
    T* delta = at(deltas_[l - 1]);
    dense::forward(at(l == last ? activations_.back() : deltas_[l]), pass_rows_, rows, layer.outputs,
                   network_.transposed() + layer.transposed, layer.outputs * L, layer.inputs, false, delta, pass_rows_);
    for (Index p = 0; p < panels::count<T>(layer.inputs); ++p)
      network_.activation().backward(at(activations_[l]) + p * pass_rows_ * L, delta + p * pass_rows_ * L, rows * L);
  }
}

// Turns the raw scores in the last activations into the gradient of the loss by them, each row times its weight.
template <class T>
void Backprop<T>::backward_through_loss(Index first, Index rows, const std::int64_t* order, Index source, T* scratch) {
  const Index outputs = network_.outputs();
  T* z = scratch;
  T* y = scratch + plan::kTileRows * outputs;
  T* scores = activations_.back().data() + first * kLane<T>;
  double* row_loss = row_loss_.data() + first;
  const auto row_of = [&](Index r) { return order ? order[r] : source + r; };

  panels::scatter(scores, pass_rows_, rows, outputs, z);
  if (const std::int32_t* classes = samples_.targets.classes) {
    std::fill_n(y, rows * outputs, T(0));
    for (Index r = 0; r < rows; ++r) y[r * outputs + classes[row_of(r)]] = T(1);
  } else {
    for (Index r = 0; r < rows; ++r)
      std::copy_n(samples_.targets.values + row_of(r) * outputs, outputs, y + r * outputs);
  }
  network_.loss().evaluate(z, y, rows, outputs, row_loss);
  if (samples_.weights)
    for (Index r = 0; r < rows; ++r) {
      const T weight = samples_.weights[row_of(r)];
      row_loss[r] *= static_cast<double>(weight);
      for (Index c = 0; c < outputs; ++c) z[r * outputs + c] *= weight;
    }
  panels::gather<T>(z, outputs, nullptr, rows, scores, pass_rows_);
}

template <class T>
double Backprop<T>::loss_sum(Index rows) const {
  double sum = 0.0;
  for (Index r = 0; r < rows; ++r) sum += row_loss_[r];
  return sum;
}

template class Backprop<float>;
template class Backprop<double>;

}  // namespace rosenblatt
