// One batch through the network and back: two phases, each followed by a barrier.
//
// Phase 1: tiles of rows, each through all layers forward, the loss, and all deltas backward, in cache.
// Phase 2: blocks of weights, each block's gradient over all rows, handed to a sink (an optimizer) while it is in
// cache.
#pragma once

#include <vector>

#include "dense.hpp"
#include "interrupt.hpp"
#include "network.hpp"
#include "plan.hpp"
#include "sparse.hpp"

namespace rosenblatt {

/// The rows of a training set, their targets and their weights (null: all 1).
template <class T>
struct Samples {
  Table<T> inputs;
  Targets<T> targets;
  const T* weights = nullptr;
};

/// A block of weights: up to `lane` inputs by one panel of outputs, plus the panel's biases where `chunk` is 0.
struct Block {
  Index layer, panel, chunk;
};

template <class T>
class Backprop {
 public:
  /// Work space for passes of up to `largest_batch` rows of these samples on so many threads.
  Backprop(const Network<T>& network, const Samples<T>& samples, Index largest_batch, int threads);

  const std::vector<Block>& blocks() const { return blocks_; }
  int threads() const { return threads_; }
  /// Rows that go through the network at once, at most.
  Index pass_rows() const { return pass_rows_; }

  /// Makes room for a batch of `rows` samples from the `first` that `order` picks on. To be called for each batch,
  /// before a team's first pass.
  void reserve(const std::int64_t* order, Index first, Index rows);

  /// To be called before a team's first pass.
  void reset() {
    tiles_.reset();
    picks_.reset();
    sums_.reset();
  }

  /// Phase 1 of one pass, by all members of a team: fills the activations and the deltas, and the loss of each row. The
  /// rows are `order[0 .. rows)`, or `first, first + 1, ...` without an order. The first member polls before each tile;
  /// all end early once `stopped` is set.
  void propagate(team::Member member, const std::int64_t* order, Index first, Index rows, Poll& poll,
                 std::atomic<bool>& stopped);

  /// Pieces of rows in which phase 2 takes the gradients.
  Index pieces() const { return pieces_; }

  /// Phase 2 of one pass: for every block and piece, sink(block index, piece, gradient [lane][lane], bias gradient
  /// [lane]), summed over the piece's rows onto what `start`, with the same arguments, put there.
  template <class Start, class Sink>
  void collect(team::Member member, Index rows, Start&& start, Sink&& sink);

  /// After phase 2 in pieces and a barrier: body(block index) for every block.
  template <class Body>
  void for_each_block(Body&& body) {
    const Index count = static_cast<Index>(blocks_.size());
    for (Index i = sums_.next(); i < count; i = sums_.next()) body(i);
  }

  /// The sum of the losses of the rows of the last pass, each times its weight. For one thread, during phase 2.
  double loss_sum(Index rows) const;

 private:
  void tile(Index first, Index rows, const std::int64_t* order, Index source, T* scratch);
  void backward_through_loss(Index first, Index rows, const std::int64_t* order, Index source, T* scratch);

  const Network<T>& network_;
  const Samples<T> samples_;
  Index pass_rows_;
  int threads_;
  std::vector<Block> blocks_;
  Index pieces_;
  std::vector<Buffer<T>> activations_;  // of the inputs (if dense) and of each layer; the last is the loss's gradient
  std::vector<Buffer<T>> deltas_;       // of each hidden layer
  sparse::ColumnGroups<T> groups_;      // of sparse inputs
  Buffer<T> scratch_;                   // for each thread, a row-major tile of raw scores and one of targets
  Buffer<double> row_loss_;
  Counter tiles_, picks_, sums_;
};

template <class T>
template <class Start, class Sink>
void Backprop<T>::collect(team::Member member, Index rows, Start&& start, Sink&& sink) {
  constexpr Index L = kLane<T>;
  if (member.index == 0) tiles_.reset();
  alignas(64) T gradient[L * L];
  alignas(64) T bias[L];
  const Index count = static_cast<Index>(blocks_.size()) * pieces_;
  for (Index pick = picks_.next(); pick < count; pick = picks_.next()) {
    const Index i = pick / pieces_, piece = pick % pieces_;
    const Index first = std::min(rows, piece * plan::kPieceRows);
    const Index size = pieces_ == 1 ? rows : std::min(plan::kPieceRows, rows - first);
    const Block& block = blocks_[i];
    const Layer<T>& layer = network_.layers()[block.layer];
    const Index inputs = std::min(L, layer.inputs - block.chunk * L);
    const Index outputs = std::min(L, layer.outputs - block.panel * L);
    const bool last = block.layer + 1 == static_cast<Index>(network_.layers().size());
    const T* delta =
        (last ? activations_.back() : deltas_[block.layer]).data() + (block.panel * pass_rows_ + first) * L;
    start(i, piece, gradient, bias);
    if (block.layer == 0 && samples_.inputs.sparse())
      groups_.weight_gradient(block.chunk, delta, gradient);
    else
      dense::weight_gradient(activations_[block.layer].data() + (block.chunk * pass_rows_ + first) * L, delta, size,
                             inputs, outputs, gradient);
    if (block.chunk == 0) dense::bias_gradient(delta, size, bias);
    sink(i, piece, gradient, bias);
  }
}

extern template class Backprop<float>;
extern template class Backprop<double>;

}  // namespace rosenblatt
