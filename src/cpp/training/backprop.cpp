// One batch through the network and back: phase 1.
#include "training/backprop.hpp"

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
      for (Index input = 0; input < layers[l].inputs; input += plan::kBlockInputs) {
        const Index panel = layers[l].weights + p * layers[l].panel();
        const Index inputs = std::min(plan::kBlockInputs, layers[l].inputs - input);
        blocks.push_back({l, p, input, inputs, panel + input * L, inputs * L, panel + layers[l].inputs * L});
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
Backprop<T>::Backprop(const Network<T>& network, const Loss<T>& loss, const Samples<T>& samples, Index largest_batch,
                      int threads, const std::vector<double>& dropout)
    : network_(network),
      loss_(loss),
      samples_(samples),
      threads_(threads),
      dropout_rates_(dropout),
      dropouts_(network.layers().size()),
      blocks_(blocks_of(network)),
      pieces_(samples.inputs.sparse() || loss.whole_batch()
                  ? 1
                  : plan::gradient_pieces(network.weights_size(), neurons_of(network), largest_batch)),
      pass_rows_(by_rows() || loss.whole_batch() ? largest_batch : std::min(largest_batch, plan::kPassRows)),
      piece_rows_(ceil_div(largest_batch, pieces_)),
      buffer_rows_(by_rows() ? threads * plan::kTileRows : pass_rows_),
      tile_size_((loss.whole_batch() ? pass_rows_ : plan::kTileRows) *
                 std::max(network.outputs(), samples.targets.columns)),
      tiles_of_scores_((loss.whole_batch() ? 1 : threads) * 2 * tile_size_),
      products_(threads * panels::size<T>(plan::kTileRows, network.widest())),
      row_loss_(pass_rows_),
      piece_loss_(pieces_),
      transposed_(plan::untransposed(largest_batch) ? 0 : (by_rows() ? threads : 1) * network.transposed_size()),
      partial_(by_rows() || largest_batch > pass_rows_ ? pieces_ * network.weights_size() : 0) {
  const auto& layers = network.layers();
  for (std::size_t stage = 0; stage < 2 * layers.size() + 1; ++stage) stages_.emplace_back(threads);
  const Index block_count = static_cast<Index>(blocks_.size());
  for (Index end = 1, begin = 0; end <= block_count; ++end)
    if (end == block_count || (!by_rows() && blocks_[end].layer != blocks_[begin].layer)) {
      ranges_.push_back({begin, end, WorkQueue(threads)});
      begin = end;
    }
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
  error_ = nullptr;
  for (WorkQueue& queue : stages_) queue.reset();
  for (Index i = 0; i < static_cast<Index>(blocks_.size()); ++i) changed(i);
}

template <class T>
void Backprop<T>::transpose(const Block& block, T* to) const {
  constexpr Index L = kLane<T>;
  if (block.layer == 0) return;  // the inputs have no deltas
  const Layer<T>& layer = network_.layers()[block.layer];
  const Index outputs = std::min(L, layer.outputs - block.panel * L);
  for (Index i = 0; i < block.inputs; i += L)
    dense::transpose(network_.weights() + block.weights + i * L, std::min(L, block.inputs - i), outputs,
                     to + layer.transposed + (block.first_input + i) * layer.outputs + block.panel * L * L);
}

template <class T>
void Backprop<T>::draw_dropout(std::uint64_t seed, std::uint64_t step) {
  for (std::size_t l = 0; l < dropout_rates_.size(); ++l) dropouts_[l] = Dropout<T>(dropout_rates_[l], seed, step, l);
}

// Calls body(tile, its piece) for the tiles of rows that this member gets.
template <class T>
template <class Body>
void Backprop<T>::for_each_tile(team::Member member, const Pass& pass, WorkQueue& queue, Poll& poll,
                                std::atomic<bool>& stopped, Body&& body) {
  const Index share = by_rows() ? piece_rows_ : plan::tile_rows(pass.rows, member.count);
  const Index size = by_rows() ? plan::tile_rows(piece_rows_, 1) : share;
  const Index count = ceil_div(pass.rows, share);
  queue.for_each(member, count, [&](Index t) {
    const Index end = std::min(pass.rows, (t + 1) * share);
    for (Index begin = t * share; begin < end; begin += size) {
      if (member.index == 0 && poll.stop()) stopped.store(true, std::memory_order_relaxed);
      if (stopped.load(std::memory_order_relaxed)) return;
      const Index slot = by_rows() ? member.index * plan::kTileRows : begin;
      body(Tile{pass, begin, std::min(size, end - begin), slot}, t);
    }
  });
}

// Calls body(tile, panels) for what this member gets of the rows and neurons of a layer.
template <class T>
template <class Body>
void Backprop<T>::for_each_unit(team::Member member, const Pass& pass, Index neurons, WorkQueue& queue, Poll& poll,
                                std::atomic<bool>& stopped, Body&& body) {
  const Index panels = panels::count<T>(neurons);
  const plan::LayerCut cut = plan::layer_cut(pass.rows, panels, member.count);
  const Index tiles = ceil_div(pass.rows, cut.rows), count = ceil_div(panels, cut.panels) * tiles;
  // Neurons first, rows second, so that a member's own share is one of neurons.
  queue.for_each(member, count, [&](Index i) {
    if (member.index == 0 && poll.stop()) stopped.store(true, std::memory_order_relaxed);
    if (stopped.load(std::memory_order_relaxed)) return;
    const Index panel = i / tiles * cut.panels, row = i % tiles * cut.rows;
    body(Tile{pass, row, std::min(cut.rows, pass.rows - row), row},
         Panels{panel, std::min(panels, panel + cut.panels)});
  });
}

template <class T>
void Backprop<T>::propagate(team::Member member, const Pass& pass, Poll& poll, std::atomic<bool>& stopped) {
  if (member.index == 0) {
    for (Range& range : ranges_) range.queue.reset();
    if (samples_.inputs.sparse())
      groups_.build(samples_.inputs, pass.order, pass.first, pass.rows, dropouts_[0], pass.batch_row);
  }
  if (by_rows() || (member.count == 1 && !loss_.whole_batch()))
    by_tiles(member, pass, poll, stopped);
  else
    by_layers(member, pass, poll, stopped);
}

template <class T>
void Backprop<T>::by_tiles(team::Member member, const Pass& pass, Poll& poll, std::atomic<bool>& stopped) {
  T* transposed = transposed_.data();
  if (by_rows()) {
    transposed += member.index * network_.transposed_size();
    for (const Block& block : blocks_) transpose(block, transposed);
  }
  T* const product = products_.data() + member.index * panels::size<T>(plan::kTileRows, network_.widest());
  T* const scratch = tiles_of_scores_.data() + member.index * 2 * tile_size_;
  const auto& layers = network_.layers();
  const Index last = static_cast<Index>(layers.size()) - 1;
  for_each_tile(member, pass, stages_[0], poll, stopped, [&](const Tile& tile, Index piece) {
    gather(tile);
    for (Index l = 0; l <= last; ++l) forward(tile, l, panels_of(layers[l].outputs));
    through_loss(tile, scratch);
    for (Index l = last; l > 0; --l) backward(tile, l, panels_of(layers[l].inputs), transposed, product);
    if (!by_rows()) return;
    const Index begin = piece * piece_rows_;
    for (const Block& block : blocks_)
      take_gradient(block, tile.slot, tile.rows, tile.first > begin, partial(piece) + block.weights,
                    partial(piece) + block.biases);
    const double loss = std::accumulate(row_loss_.data() + tile.first, row_loss_.data() + tile.first + tile.rows, 0.0);
    piece_loss_[piece] = tile.first == begin ? loss : piece_loss_[piece] + loss;
  });
}

template <class T>
void Backprop<T>::by_layers(team::Member member, const Pass& pass, Poll& poll, std::atomic<bool>& stopped) {
  const T* const transposed = transposed_.data();
  T* const product = products_.data() + member.index * panels::size<T>(plan::kTileRows, network_.widest());
  T* const scratch = tiles_of_scores_.data() + (loss_.whole_batch() ? 0 : member.index * 2 * tile_size_);
  const auto& layers = network_.layers();
  const Index last = static_cast<Index>(layers.size()) - 1;
  auto stage = stages_.begin();
  for_each_tile(member, pass, *stage++, poll, stopped, [&](const Tile& tile, Index) { gather(tile); });
  member.barrier.wait();
  for (Index l = 0; l < last; ++l) {
    for_each_unit(member, pass, layers[l].outputs, *stage++, poll, stopped,
                  [&](const Tile& tile, Panels neurons) { forward(tile, l, neurons); });
    member.barrier.wait();
  }
  // The loss needs all outputs of a row, which are few as a rule: from there to the first deltas, threads share rows.
  const auto forward_last = [&](const Tile& tile, Index) { forward(tile, last, panels_of(layers[last].outputs)); };
  const auto backward_last = [&](const Tile& tile, Index) {
    if (last > 0) backward(tile, last, panels_of(layers[last].inputs), transposed, product);
  };
  if (loss_.whole_batch()) {
    for_each_tile(member, pass, *stage++, poll, stopped, forward_last);
    member.barrier.wait();
    if (member.index == 0) {
      try {
        if (!stopped) through_loss(Tile{pass, 0, pass.rows, 0}, scratch);
      } catch (...) {
        error_ = std::current_exception();
        stopped = true;
      }
    }
    member.barrier.wait();
    for_each_tile(member, pass, *stage++, poll, stopped, backward_last);
  } else {
    for_each_tile(member, pass, *stage++, poll, stopped, [&](const Tile& tile, Index piece) {
      forward_last(tile, piece);
      through_loss(tile, scratch);
      backward_last(tile, piece);
    });
  }
  for (Index l = last - 1; l > 0; --l) {
    member.barrier.wait();
    for_each_unit(member, pass, layers[l].inputs, *stage++, poll, stopped,
                  [&](const Tile& tile, Panels inputs) { backward(tile, l, inputs, transposed, product); });
  }
}

template <class T>
void Backprop<T>::take_gradient(const Block& block, Index slot, Index rows, bool add, T* gradient, T* bias) const {
  constexpr Index L = kLane<T>;
  const Layer<T>& layer = network_.layers()[block.layer];
  const Index outputs = std::min(L, layer.outputs - block.panel * L);
  const bool last = block.layer + 1 == static_cast<Index>(network_.layers().size());
  const Buffer<T>& deltas = last ? activations_.back() : deltas_[block.layer];
  const T* delta = deltas.data() + (block.panel * buffer_rows_ + slot) * L;
  const bool sparse = block.layer == 0 && samples_.inputs.sparse();
  if (!add && (sparse || outputs < L)) {  // not all of it is written below
    std::fill_n(gradient, block.size, T(0));
    if (block.owns_biases()) std::fill_n(bias, L, T(0));
  }
  for (Index i = 0; i < block.inputs; i += L, gradient += L * L) {
    const Index first = block.first_input + i;
    if (sparse)
      groups_.weight_gradient(first / L, delta, outputs, gradient);
    else
      dense::weight_gradient(activations_[block.layer].data() + first * buffer_rows_ + slot * L, delta, rows,
                             std::min(L, block.inputs - i), outputs, add, gradient);
  }
  if (block.owns_biases()) dense::bias_gradient(delta, rows, outputs, add, bias);
}

template <class T>
void Backprop<T>::sum_pieces(Index at, Index size, Index pieces, T* sum) {
  std::copy_n(partial(0) + at, size, sum);
  for (Index piece = 1; piece < pieces; ++piece) {
    const T* from = partial(piece) + at;
    for (Index e = 0; e < size; ++e) sum[e] += from[e];
  }
}

template <class T>
void Backprop<T>::gather(const Tile& tile) {
  const Table<T>& x = samples_.inputs;
  if (x.sparse()) return;
  T* const to = activations_[0].data() + tile.slot * kLane<T>;
  panels::gather(tile.order() ? x.dense : x.dense + tile.source(0) * x.columns, x.columns, tile.order(), tile.rows, to,
                 buffer_rows_);
  if (dropouts_[0].active())
    for (Index p = 0; p < panels::count<T>(x.columns); ++p)
      dropouts_[0].apply(to + p * buffer_rows_ * kLane<T>, nullptr, tile.batch_row(), tile.rows, p);
}

template <class T>
void Backprop<T>::forward(const Tile& tile, Index l, Panels neurons) {
  constexpr Index L = kLane<T>;
  const Layer<T>& layer = network_.layers()[l];
  const Index rows = tile.rows, panel_size = buffer_rows_ * L;
  const T* w = network_.weights() + layer.weights + neurons.first * layer.panel();
  T* const z = activations_[l + 1].data() + tile.slot * L + neurons.first * panel_size;
  const Table<T>& x = samples_.inputs;
  if (l == 0 && x.sparse())
    sparse::forward(x, tile.order(), tile.pass.first + tile.first, rows, dropouts_[0], tile.batch_row(), w,
                    layer.panel(), neurons.end - neurons.first, z, buffer_rows_);
  else
    dense::forward(activations_[l].data() + tile.slot * L, buffer_rows_, rows, layer.inputs, w, layer.panel(),
                   std::min(neurons.end * L, layer.outputs) - neurons.first * L, true, z, buffer_rows_);
  if (l + 1 == static_cast<Index>(network_.layers().size())) return;
  T* derivative = keeps_derivative(l) ? deltas_[l].data() + tile.slot * L + neurons.first * panel_size : nullptr;
  T* activation = z;
  for (Index p = neurons.first; p < neurons.end; ++p) {
    if (derivative)
      layer.activation.forward_and_derivative(activation, derivative, rows * L);
    else
      layer.activation.forward(activation, rows * L);
    if (dropouts_[l + 1].active()) dropouts_[l + 1].apply(activation, derivative, tile.batch_row(), rows, p);
    activation += panel_size;
    if (derivative) derivative += panel_size;
  }
}

template <class T>
void Backprop<T>::backward(const Tile& tile, Index l, Panels inputs, const T* transposed, T* product) {
  constexpr Index L = kLane<T>;
  const auto& layers = network_.layers();
  const Layer<T>& layer = layers[l];
  const Index rows = tile.rows, panel_size = buffer_rows_ * L;
  const bool last = l + 1 == static_cast<Index>(layers.size());
  const T* const from = (last ? activations_.back() : deltas_[l]).data() + tile.slot * L;
  T* const delta = deltas_[l - 1].data() + tile.slot * L + inputs.first * panel_size;
  const bool kept = keeps_derivative(l - 1);
  const Index product_rows = kept ? plan::kTileRows : buffer_rows_;
  const Index width = std::min(inputs.end * L, layer.inputs) - inputs.first * L;
  T* const to = kept ? product : delta;
  if (plan::untransposed(tile.pass.rows))
    dense::backward_row(from, panel_size, layer.outputs, network_.weights() + layer.weights + inputs.first * L * L,
                        layer.panel(), width, to, product_rows * L);
  else
    dense::forward(from, buffer_rows_, rows, layer.outputs,
                   transposed + layer.transposed + inputs.first * layer.outputs * L, layer.outputs * L, width, false,
                   to, product_rows);
  for (Index p = 0; p < inputs.end - inputs.first; ++p) {
    T* panel = delta + p * panel_size;
    if (kept) {
      const T* factor = product + p * product_rows * L;
      for (Index i = 0; i < rows * L; ++i) panel[i] *= factor[i];
    } else {
      layers[l - 1].activation.backward(activations_[l].data() + tile.slot * L + (inputs.first + p) * panel_size, panel,
                                        rows * L);
    }
  }
}

// Each row of the gradient is multiplied by the row's weight.
template <class T>
void Backprop<T>::through_loss(const Tile& tile, T* scratch) {
  T* const z = scratch;
  T* const y = scratch + tile_size_;
  const Index outputs = network_.outputs(), columns = samples_.targets.columns, rows = tile.rows;
  T* scores = activations_.back().data() + tile.slot * kLane<T>;
  double* row_loss = row_loss_.data() + tile.first;

  panels::scatter(scores, buffer_rows_, rows, outputs, z);
  if (const std::int32_t* classes = samples_.targets.classes) {
    std::fill_n(y, rows * outputs, T(0));
    for (Index r = 0; r < rows; ++r) y[r * outputs + classes[tile.source(r)]] = T(1);
  } else {
    const T* values = samples_.targets.values;
    for (Index r = 0; r < rows; ++r)
      for (Index c = 0; c < columns; ++c) y[r * columns + c] = values[tile.source(r) * columns + c];
  }
  loss_.evaluate(z, y, rows, outputs, row_loss);
  if (samples_.weights)
    for (Index r = 0; r < rows; ++r) {
      const T weight = samples_.weights[tile.source(r)];
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
