// One batch through the network and back: phase 1.
#include "backprop.hpp"

#include <numeric>

namespace rosenblatt {

namespace {

template <class T>
std::vector<Block> blocks_of(const Network<T>& network) {
  constexpr Index L = kLane<T>;
  std::vector<Block> blocks;
  const auto& layers = network.layers();
  for (Index l = 0; l < static_cast<Index>(layers.size()); ++l)
    for (Index p = 0; p < layers[l].panel_count(); ++p)
      for (Index chunk = 0; chunk < panels::count<T>(layers[l].inputs); ++chunk) {
        const Index panel = layers[l].weights + p * layers[l].panel();
        blocks.push_back({l, p, chunk, panel + chunk * L * L, std::min(L, layers[l].inputs - chunk * L) * L,
                          panel + layers[l].inputs * L});
      }
  return blocks;
}

template <class T>
Index neurons_of(const Network<T>& network) {
  Index neurons = network.inputs();
  for (const Layer<T>& layer : network.layers()) neurons += layer.outputs;
  return neurons;
}

}  // namespace

template <class T>
Backprop<T>::Backprop(const Network<T>& network, const Samples<T>& samples, Index largest_batch, int threads)
    : network_(network),
      samples_(samples),
      threads_(threads),
      blocks_(blocks_of(network)),
      pieces_(samples.inputs.sparse()
                  ? 1
                  : plan::gradient_pieces(network.weights_size(), neurons_of(network), largest_batch)),
      pass_rows_(by_rows() ? largest_batch : std::min(largest_batch, plan::kPassRows)),
      piece_rows_(ceil_div(largest_batch, pieces_)),
      buffer_rows_(by_rows() ? threads * plan::kTileRows : pass_rows_),
      scratch_(threads * 2 * plan::kTileRows * network.outputs()),
      row_loss_(pass_rows_),
      piece_loss_(pieces_),
      transposed_((by_rows() ? threads : 1) * network.transposed_size()),
      partial_(by_rows() || largest_batch > pass_rows_ ? pieces_ * network.weights_size() : 0),
      tiles_(threads),
      picks_(threads) {
  const auto& layers = network.layers();
  activations_.emplace_back(samples.inputs.sparse() ? 0 : panels::size<T>(buffer_rows_, network.inputs()));
  for (const Layer<T>& layer : layers) activations_.emplace_back(panels::size<T>(buffer_rows_, layer.outputs));
  for (std::size_t l = 0; l + 1 < layers.size(); ++l)
    deltas_.emplace_back(panels::size<T>(buffer_rows_, layers[l].outputs));
  if (samples.inputs.sparse()) groups_ = sparse::ColumnGroups<T>(network.inputs());
}

template <class T>
void Backprop<T>::reserve(const std::int64_t* order, Index first, Index rows) {
  if (!samples_.inputs.sparse()) return;
  for (Index done = 0; done < rows; done += pass_rows_)
    groups_.reserve(samples_.inputs, order, first + done, std::min(pass_rows_, rows - done));
}

template <class T>
void Backprop<T>::reset() {
  tiles_.reset();
  picks_.reset();
  for (Index i = 0; i < static_cast<Index>(blocks_.size()); ++i) changed(i);
}

template <class T>
void Backprop<T>::transpose(const Block& block, T* to) const {
  constexpr Index L = kLane<T>;
  if (block.layer == 0) return;  // the inputs have no deltas
  const Layer<T>& layer = network_.layers()[block.layer];
  const T* from = network_.weights() + block.weights;
  to += layer.transposed + (block.chunk * layer.outputs + block.panel * L) * L;
  const Index inputs = block.size / L, outputs = std::min(L, layer.outputs - block.panel * L);
  for (Index o = 0; o < outputs; ++o)
    for (Index i = 0; i < inputs; ++i) to[o * L + i] = from[i * L + o];
}

template <class T>
void Backprop<T>::propagate(team::Member member, const std::int64_t* order, Index first, Index rows, Poll& poll,
                            std::atomic<bool>& stopped) {
  if (member.index == 0) {
    picks_.reset();
    if (samples_.inputs.sparse()) groups_.build(samples_.inputs, order, first, rows);
  }
  T* transposed = transposed_.data();
  if (by_rows()) {
    transposed += member.index * network_.transposed_size();
    for (const Block& block : blocks_) transpose(block, transposed);
  }
  T* const scratch = scratch_.data() + member.index * 2 * plan::kTileRows * network_.outputs();
  const Index share = by_rows() ? piece_rows_ : plan::tile_rows(rows, member.count);
  const Index size = by_rows() ? plan::tile_rows(piece_rows_, 1) : share;
  const Index shares = ceil_div(rows, share);
  for (Index t = tiles_.next(member, shares); t >= 0; t = tiles_.next(member, shares)) {
    const Index end = std::min(rows, (t + 1) * share);
    if (by_rows()) std::fill_n(partial(t), network_.weights_size(), T(0));
    for (Index begin = t * share; begin < end; begin += size) {
      if (member.index == 0 && poll.stop()) stopped.store(true, std::memory_order_relaxed);
      if (stopped.load(std::memory_order_relaxed)) return;
      const Index slot = by_rows() ? member.index * plan::kTileRows : begin, count = std::min(size, end - begin);
      tile(slot, begin, count, order ? order + begin : nullptr, first + begin, transposed, scratch);
      if (by_rows())
        for (const Block& block : blocks_)
          add_gradient(block, slot, count, partial(t) + block.weights, partial(t) + block.biases);
    }
    if (by_rows()) piece_loss_[t] = std::accumulate(row_loss_.data() + t * share, row_loss_.data() + end, 0.0);
  }
}

template <class T>
void Backprop<T>::add_gradient(const Block& block, Index slot, Index rows, T* gradient, T* bias) const {
  constexpr Index L = kLane<T>;
  const Layer<T>& layer = network_.layers()[block.layer];
  const Index inputs = std::min(L, layer.inputs - block.chunk * L);
  const Index outputs = std::min(L, layer.outputs - block.panel * L);
  const bool last = block.layer + 1 == static_cast<Index>(network_.layers().size());
  const Buffer<T>& deltas = last ? activations_.back() : deltas_[block.layer];
  const T* delta = deltas.data() + (block.panel * buffer_rows_ + slot) * L;
  if (block.layer == 0 && samples_.inputs.sparse())
    groups_.weight_gradient(block.chunk, delta, gradient);
  else
    dense::weight_gradient(activations_[block.layer].data() + (block.chunk * buffer_rows_ + slot) * L, delta, rows,
                           inputs, outputs, gradient);
  if (block.owns_biases()) dense::bias_gradient(delta, rows, bias);
}

template <class T>
void Backprop<T>::tile(Index slot, Index first, Index rows, const std::int64_t* order, Index source,
                       const T* transposed, T* scratch) {
  constexpr Index L = kLane<T>;
  const auto& layers = network_.layers();
  const Index last = static_cast<Index>(layers.size()) - 1;
  const Table<T>& x = samples_.inputs;
  const auto at = [&](Buffer<T>& buffer) { return buffer.data() + slot * L; };

  if (!x.sparse())
    panels::gather(order ? x.dense : x.dense + source * x.columns, x.columns, order, rows, at(activations_[0]),
                   buffer_rows_);
  for (Index l = 0; l <= last; ++l) {
    const Layer<T>& layer = layers[l];
    const T* w = network_.weights() + layer.weights;
    T* z = at(activations_[l + 1]);
    if (l == 0 && x.sparse())
      sparse::forward(x, order, source, rows, w, layer.panel(), layer.panel_count(), z, buffer_rows_);
    else
      dense::forward(at(activations_[l]), buffer_rows_, rows, layer.inputs, w, layer.panel(), layer.outputs, true, z,
                     buffer_rows_);
    if (l < last)
      for (Index p = 0; p < layer.panel_count(); ++p) network_.activation().forward(z + p * buffer_rows_ * L, rows * L);
  }

  backward_through_loss(slot, first, rows, order, source, scratch);

  for (Index l = last; l > 0; --l) {
    const Layer<T>& layer = layers[l];
    T* delta = at(deltas_[l - 1]);
    dense::forward(at(l == last ? activations_.back() : deltas_[l]), buffer_rows_, rows, layer.outputs,
                   transposed + layer.transposed, layer.outputs * L, layer.inputs, false, delta, buffer_rows_);
    for (Index p = 0; p < panels::count<T>(layer.inputs); ++p)
      network_.activation().backward(at(activations_[l]) + p * buffer_rows_ * L, delta + p * buffer_rows_ * L,
                                     rows * L);
  }
}

// Turns the raw scores in the last activations into the gradient of the loss by them, each row times its weight.
template <class T>
void Backprop<T>::backward_through_loss(Index slot, Index first, Index rows, const std::int64_t* order, Index source,
                                        T* scratch) {
  const Index outputs = network_.outputs(), targets = network_.loss().target_columns(outputs);
  T* z = scratch;
  T* y = scratch + plan::kTileRows * outputs;
  T* scores = activations_.back().data() + slot * kLane<T>;
  double* row_loss = row_loss_.data() + first;
  const auto row_of = [&](Index r) { return order ? order[r] : source + r; };

  panels::scatter(scores, buffer_rows_, rows, outputs, z);
  if (const std::int32_t* classes = samples_.targets.classes) {
    std::fill_n(y, rows * outputs, T(0));
    for (Index r = 0; r < rows; ++r) y[r * outputs + classes[row_of(r)]] = T(1);
  } else {
    for (Index r = 0; r < rows; ++r)
      std::copy_n(samples_.targets.values + row_of(r) * targets, targets, y + r * targets);
  }
  network_.loss().evaluate(z, y, rows, outputs, row_loss);
  if (samples_.weights)
    for (Index r = 0; r < rows; ++r) {
      const T weight = samples_.weights[row_of(r)];
      row_loss[r] *= static_cast<double>(weight);
      for (Index c = 0; c < outputs; ++c) z[r * outputs + c] *= weight;
    }
  panels::gather<T>(z, outputs, nullptr, rows, scores, buffer_rows_);
}

template <class T>
double Backprop<T>::loss_sum(Index rows) const {
  const Buffer<double>& losses = by_rows() ? piece_loss_ : row_loss_;
  return std::accumulate(losses.data(), losses.data() + (by_rows() ? ceil_div(rows, piece_rows_) : rows), 0.0);
}

template class Backprop<float>;
template class Backprop<double>;

}  // namespace rosenblatt
