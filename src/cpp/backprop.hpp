// One batch through the network and back: two phases, each followed by a barrier.
//
// Phase 1: tiles of rows, each through all layers forward, the loss, and all deltas backward, in cache; of a small
// network (plan::gradient_pieces) also the weight gradient of each piece of rows.
// Phase 2: blocks of weights, each block's gradient over all rows, or the sum of the pieces' gradients, handed on (to
// an optimizer) while it is in cache.
#pragma once

#include <vector>

#include "dense.hpp"
#include "interrupt.hpp"
#include "network.hpp"
#include "plan.hpp"
#include "sparse.hpp"

namespace rosenblatt {

/// A block of weights: up to `lane` inputs by one panel of outputs, plus the panel's biases where `chunk` is 0.
struct Block {
  Index layer, panel, chunk;
  // Where the weights and the panel's biases lie in a buffer laid out like the network's weights.
  Index weights, size, biases;

  bool owns_biases() const { return chunk == 0; }
};

template <class T>
class Backprop {
 public:
  /// Work space for batches of up to `largest_batch` rows of these samples on so many threads.
  Backprop(const Network<T>& network, const Samples<T>& samples, Index largest_batch, int threads);

  const std::vector<Block>& blocks() const { return blocks_; }
  int threads() const { return threads_; }
  /// Rows that go through the network in one pass, at most.
  Index pass_rows() const { return pass_rows_; }
  /// How many threads can have work to do.
  Index shares() const { return by_rows() ? pieces_ : pass_rows_; }

  /// Makes room for a batch of `rows` samples from the `first` that `order` picks on. To be called for each batch,
  /// before a team's first pass.
  void reserve(const std::int64_t* order, Index first, Index rows);

  /// To be called before a team's first pass, once the network's weights are set.
  void reset();

  /// To be called when the weights of a block have changed since.
  void changed(Index block) {
    if (!by_rows()) transpose(blocks_[block], transposed_.data());
  }

  /// Phase 1 of one pass, by all members of a team: forward, the loss of each row, and all deltas. The rows are
  /// `order[0 .. rows)`, or `first, first + 1, ...` without an order. The first member polls before each tile; all end
  /// early once `stopped` is set.
  void propagate(team::Member member, const std::int64_t* order, Index first, Index rows, Poll& poll,
                 std::atomic<bool>& stopped);

  /// Phase 2 of one pass: the gradient of each block, summed over all passes of a batch from the `opening` one on; in
  /// the `closing` one finish(block index, gradient [lane][lane], bias gradient [lane]).
  template <class Finish>
  void collect(team::Member member, Index rows, bool opening, bool closing, Finish&& finish);

  /// The sum of the losses of the rows of the last pass, each times its weight. For one thread, during phase 2.
  double loss_sum(Index rows) const;

 private:
  bool by_rows() const { return pieces_ > 1; }
  T* partial(Index piece) { return partial_.data() + piece * network_.weights_size(); }
  /// Copies a block of the network's weights into a transposed copy.
  void transpose(const Block& block, T* to) const;
  void tile(Index slot, Index first, Index rows, const std::int64_t* order, Index source, const T* transposed,
            T* scratch);
  void backward_through_loss(Index slot, Index first, Index rows, const std::int64_t* order, Index source, T* scratch);
  void add_gradient(const Block& block, Index slot, Index rows, T* gradient, T* bias) const;

  const Network<T>& network_;
  const Samples<T> samples_;
  int threads_;
  std::vector<Block> blocks_;
  // Pieces of rows that yield gradients of their own in phase 1; 1: threads share blocks of weights in phase 2.
  Index pieces_;
  Index pass_rows_, piece_rows_;
  Index buffer_rows_;                   // rows in the following: of a pass, or a tile for each thread
  std::vector<Buffer<T>> activations_;  // of the inputs (if dense) and of each layer; the last is the loss's gradient
  std::vector<Buffer<T>> deltas_;       // of each hidden layer
  sparse::ColumnGroups<T> groups_;      // of sparse inputs
  Buffer<T> scratch_;                   // for each thread, a row-major tile of raw scores and one of targets
  Buffer<double> row_loss_, piece_loss_;
  // The weights transposed for the delta product. Threads that share blocks keep one; those that share rows each make
  // their own, since lines that one core writes and another reads are what small networks wait for.
  Buffer<T> transposed_;
  Buffer<T> partial_;  // the gradients of the pieces, or those of earlier passes
  Shares tiles_, picks_;
};

template <class T>
template <class Finish>
void Backprop<T>::collect(team::Member member, Index rows, bool opening, bool closing, Finish&& finish) {
  constexpr Index L = kLane<T>;
  if (member.index == 0) tiles_.reset();
  alignas(64) T gradient[L * L];
  alignas(64) T bias[L];
  const Index pieces = by_rows() ? ceil_div(rows, piece_rows_) : (opening ? 0 : 1);
  const Index count = static_cast<Index>(blocks_.size());
  for (Index i = picks_.next(member, count); i >= 0; i = picks_.next(member, count)) {
    const Block& block = blocks_[i];
    std::fill_n(gradient, L * L, T(0));
    std::fill_n(bias, L, T(0));
    for (Index piece = 0; piece < pieces; ++piece) {
      const T* from = partial(piece);
      for (Index e = 0; e < block.size; ++e) gradient[e] += from[block.weights + e];
      if (block.owns_biases())
        for (Index e = 0; e < L; ++e) bias[e] += from[block.biases + e];
    }
    if (!by_rows()) add_gradient(block, 0, rows, gradient, bias);
    if (closing) {
      finish(i, gradient, bias);
    } else {
      std::copy_n(gradient, block.size, partial(0) + block.weights);
      if (block.owns_biases()) std::copy_n(bias, L, partial(0) + block.biases);
    }
  }
}

extern template class Backprop<float>;
extern template class Backprop<double>;

}  // namespace rosenblatt
