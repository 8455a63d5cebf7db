// One batch through the network and back: two phases, each followed by a barrier.
//
// Phase 1: forward, the loss, and all deltas backward, in one of three ways. Of a small network (plan::gradient_pieces)
// each thread takes pieces of rows through all layers and back in cache, and yields a weight gradient for each. Of a
// larger one, threads share the neurons of one layer after the other, with a barrier after each, so that a thread works
// on the weights that it will update. A single thread takes tiles of rows through all layers.
// Phase 2: blocks of weights, each block's gradient over all rows, or the sum of the pieces' gradients, handed on (to
// an optimizer) while it is in cache.
#pragma once

#include <exception>
#include <vector>

#include "base/interrupt.hpp"
#include "kernels/dense.hpp"
#include "kernels/sparse.hpp"
#include "model/network.hpp"
#include "threads/work_queue.hpp"
#include "training/dropout.hpp"
#include "training/partition.hpp"

namespace rosenblatt {

/// A block of weights: up to `plan::kBlockInputs` consecutive inputs by one panel of outputs, plus the panel's biases
/// where it begins with the first input.
struct Block {
  Index layer, panel, first_input, inputs;
  // Where the weights and the panel's biases lie in a buffer laid out like the network's weights.
  Index weights, size, biases;

  bool owns_biases() const { return first_input == 0; }
};

/// Some rows of a batch on their way through the network.
struct Pass {
  const std::int64_t* order;  // of the samples; null: first, first + 1, ...
  Index first, rows;
  Index batch_row;  // of the first of them
};

template <class T>
class Backprop {
 public:
  /// Work space for batches of up to `largest_batch` rows of these samples on so many threads. `dropout` has the rate
  /// of the inputs and of each hidden layer, or nothing.
  Backprop(const Network<T>& network, const Loss<T>& loss, const Samples<T>& samples, Index largest_batch, int threads,
           const std::vector<double>& dropout);

  const std::vector<Block>& blocks() const { return blocks_; }
  int threads() const { return threads_; }
  /// Rows that go through the network in one pass, at most.
  Index pass_rows() const { return pass_rows_; }
  /// How many threads can have work to do.
  Index shares() const { return by_rows() ? pieces_ : pass_rows_ / plan::kThreadRows; }
  /// Operations of a step from which on threads gain by sharing it.
  double worth_sharing() const { return by_rows() ? plan::kWorthBarriersOfPhases : plan::kWorthBarriersOfLayers; }

  /// Makes room for a batch of `rows` samples from the `first` that `order` picks on. To be called for each batch,
  /// before a team's first pass.
  void reserve(const std::int64_t* order, Index first, Index rows);

  /// To be called before a team's first pass, once the network's weights are set.
  void reset();

  /// Chooses what is dropped from here on, by one thread while no other is in a pass.
  void draw_dropout(std::uint64_t seed, std::uint64_t step);
  void clear_dropout() { std::fill(dropouts_.begin(), dropouts_.end(), Dropout<T>()); }

  /// To be called when the weights of a block have changed since.
  void changed(Index block) {
    if (transposed_.size() > 0 && !by_rows()) transpose(blocks_[block], transposed_.data());
  }

  /// Phase 1 of one pass, by all members of a team: forward, the loss of each row, and all deltas. The first member
  /// polls before each tile; all end early once `stopped` is set.
  void propagate(team::Member member, const Pass& pass, Poll& poll, std::atomic<bool>& stopped);

  /// Phase 2 of one pass: the gradient of each block, summed over all passes of a batch from the `opening` one on; in
  /// the `closing` one finish(block index, gradient [inputs][lane], bias gradient [lane]).
  template <class Finish>
  void collect(team::Member member, Index rows, bool opening, bool closing, Finish&& finish);

  /// The sum of the losses of the rows of the last pass, each times its weight. For one thread, during phase 2.
  double loss_sum(Index rows) const;

  /// What a loss of whole batches threw, which stopped the passes.
  std::exception_ptr error() const { return error_; }

 private:
  bool by_rows() const { return pieces_ > 1; }
  T* partial(Index piece) { return partial_.data() + piece * network_.weights_size(); }
  /// Copies a block of the network's weights into a transposed copy.
  void transpose(const Block& block, T* to) const;
  /// A tile of a pass: `rows` rows from row `first` of the pass on, which lie from row `slot` of the buffers on.
  struct Tile {
    const Pass& pass;
    Index first, rows, slot;

    const std::int64_t* order() const { return pass.order ? pass.order + first : nullptr; }
    Index source(Index r) const { return pass.order ? pass.order[first + r] : pass.first + first + r; }
    Index batch_row() const { return pass.batch_row + first; }
  };
  /// Some consecutive panels of a layer's neurons.
  struct Panels {
    Index first, end;
  };
  Panels panels_of(Index neurons) const { return {0, panels::count<T>(neurons)}; }

  template <class Body>
  void for_each_tile(team::Member member, const Pass& pass, WorkQueue& queue, Poll& poll, std::atomic<bool>& stopped,
                     Body&& body);
  template <class Body>
  void for_each_unit(team::Member member, const Pass& pass, Index neurons, WorkQueue& queue, Poll& poll,
                     std::atomic<bool>& stopped, Body&& body);
  void by_tiles(team::Member member, const Pass& pass, Poll& poll, std::atomic<bool>& stopped);
  void by_layers(team::Member member, const Pass& pass, Poll& poll, std::atomic<bool>& stopped);
  void gather(const Tile& tile);
  /// The activations of some neurons of a layer; of the last one the raw scores.
  void forward(const Tile& tile, Index layer, Panels neurons);
  /// The raw scores in the last activations are turned into the gradient of the loss by them. `scratch` has room for a
  /// row-major tile of scores and one of targets.
  void through_loss(const Tile& tile, T* scratch);
  /// The deltas of some of a layer's inputs, which are neurons of the layer below.
  void backward(const Tile& tile, Index layer, Panels inputs, const T* transposed, T* product);
  /// Whether a layer's derivative is taken on the way forward, and waits in the place of its delta.
  bool keeps_derivative(Index layer) const {
    return !network_.layers()[layer].activation.backward || dropouts_[layer + 1].active();
  }
  /// The gradient of a block over some rows of the buffers, or with `add` plus what stands there.
  void take_gradient(const Block& block, Index slot, Index rows, bool add, T* gradient, T* bias) const;
  /// The sum of the pieces' gradients, in order.
  void sum_pieces(Index at, Index size, Index pieces, T* sum);

  const Network<T>& network_;
  const Loss<T>& loss_;
  const Samples<T> samples_;
  int threads_;
  std::vector<double> dropout_rates_;
  std::vector<Dropout<T>> dropouts_;  // of the inputs and of each hidden layer
  std::exception_ptr error_;
  std::vector<Block> blocks_;
  // Pieces of rows that yield gradients of their own in phase 1; 1: a block's gradient is taken over all rows in
  // phase 2.
  Index pieces_;
  Index pass_rows_, piece_rows_;
  Index buffer_rows_;                   // rows in the following: of a pass, or a tile for each thread
  std::vector<Buffer<T>> activations_;  // of the inputs (if dense) and of each layer; the last is the loss's gradient
  std::vector<Buffer<T>> deltas_;       // of each hidden layer
  sparse::ColumnGroups<T> groups_;      // of sparse inputs
  Index tile_size_;                     // of the following, for each thread:
  Buffer<T> tiles_of_scores_;           // a row-major tile of raw scores and one of targets,
  Buffer<T> products_;                  // and a tile of any hidden layer in panels
  Buffer<double> row_loss_, piece_loss_;
  // The weights transposed for the delta product. Threads that share neurons keep one; those that share rows each make
  // their own, since lines that one core writes and another reads are what small networks wait for.
  Buffer<T> transposed_;
  Buffer<T> partial_;              // the gradients of the pieces, or those of earlier passes
  std::vector<WorkQueue> stages_;  // of phase 1
  struct Range {
    Index begin, end;
    WorkQueue queue;
  };
  std::vector<Range> ranges_;  // of blocks: all, or where threads own neurons, those of each layer
};

template <class T>
template <class Finish>
void Backprop<T>::collect(team::Member member, Index rows, bool opening, bool closing, Finish&& finish) {
  constexpr Index L = kLane<T>;
  if (member.index == 0)
    for (WorkQueue& queue : stages_) queue.reset();
  alignas(64) T gradient[plan::kBlockInputs * L];
  alignas(64) T bias[L];
  const Index pieces = ceil_div(rows, piece_rows_);
  const auto take = [&](Index i) {
    const Block& block = blocks_[i];
    if (by_rows()) {
      sum_pieces(block.weights, block.size, pieces, gradient);
      if (block.owns_biases()) sum_pieces(block.biases, L, pieces, bias);
    } else {
      if (!opening) {
        std::copy_n(partial(0) + block.weights, block.size, gradient);
        if (block.owns_biases()) std::copy_n(partial(0) + block.biases, L, bias);
      }
      take_gradient(block, 0, rows, !opening, gradient, bias);
    }
    if (closing) {
      finish(i, gradient, bias);
    } else {
      std::copy_n(gradient, block.size, partial(0) + block.weights);
      if (block.owns_biases()) std::copy_n(bias, L, partial(0) + block.biases);
    }
  };
  // Its own blocks of all layers first, then what others have left.
  for (const bool others : {false, true})
    for (Range& range : ranges_)
      range.queue.for_each(member, range.end - range.begin, others, [&](Index i) { take(range.begin + i); });
}

extern template class Backprop<float>;
extern template class Backprop<double>;

}  // namespace rosenblatt
