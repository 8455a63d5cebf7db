// Backpropagation of a batch by a team of threads, in two phases, each followed by a barrier.
//
// Phase 1: forward, the loss, and all deltas backward. A small network (partition::gradient_pieces) is shared by rows:
// each thread takes pieces of rows through all layers and back in its cache, and computes a gradient for each
// (by_tiles.cpp). In a larger network threads share the neurons of one layer after the other, with a barrier after
// each, so that a thread works on the weights that it will update (by_layers.cpp). A single thread takes tiles of rows
// through all layers (by_tiles.cpp). Phase 2: blocks of parameters. Each block's gradient over all rows, or the sum of
// the gradients of the pieces, is handed on, to an optimizer, while it is in cache.
#pragma once

#include <atomic>
#include <exception>
#include <utility>
#include <vector>

#include "base/interrupt.hpp"
#include "threads/work_queue.hpp"
#include "training/passes.hpp"

namespace rosenblatt {

/// How a long pass learns that it should end. The first member of a team polls before each tile.
struct Stop {
  Poll& poll;
  std::atomic<bool>& stopped;

  /// Whether a member should take no further tile.
  bool check(team::Member member) {
    if (member.index == 0 && poll.stop()) stopped.store(true, std::memory_order_relaxed);
    return stopped.load(std::memory_order_relaxed);
  }
};

template <class T>
class Backprop {
 public:
  /// For batches of up to `largest_batch` rows of these samples, on up to `threads` threads.
  Backprop(const Network<T>& network, const Loss<T>& loss, const Samples<T>& samples, Index largest_batch, int threads);

  const std::vector<Block>& blocks() const { return blocks_; }
  int threads() const { return threads_; }
  /// Rows that pass through the network at a time, at most.
  Index pass_rows() const { return partition_.pass_rows; }
  /// How many threads can have work to do.
  Index parts() const {
    return partition_.by_rows() ? partition_.pieces : partition_.pass_rows / partition::kThreadRows;
  }
  /// Operations of a step above which threads gain by sharing it.
  double worth_sharing() const {
    return partition_.by_rows() ? partition::kWorthBarriersOfPhases : partition::kWorthBarriersOfLayers;
  }

  /// Allocates for a batch of `rows` samples from the `first` that `order` picks on. Called for each batch before a
  /// team's first pass.
  void reserve(const std::int64_t* order, Index first, Index rows);

  /// Called before a team's first pass, once the network's parameters are set.
  void reset();

  /// Chooses what is dropped from here on; called by one thread while no other is in a pass.
  void draw_dropout(const double* rates, std::uint64_t seed, std::uint64_t step) {
    passes_.draw_dropout(rates, seed, step);
  }

  /// Called when the parameters of a block have changed.
  void changed(Index block) {
    if (!partition_.by_rows()) passes_.transpose(blocks_[block], 0);
  }

  /// Phase 1 of one pass, by all members of a team: forward, the loss of each row, and all deltas.
  void propagate(team::Member member, const Pass& pass, Stop stop);

  /// Phase 2 of one pass: the gradient of each block, summed over all passes of a batch from the `opening` one on; in
  /// the `closing` one finish(block index, gradient [inputs][lane], biases [lane]).
  template <class Finish>
  void collect(team::Member member, Index rows, bool opening, bool closing, Finish&& finish);

  /// The sum of the losses of the rows of the last pass, each times its weight. For one thread, during phase 2.
  double loss_sum(Index rows) const;

  /// What a loss of whole batches threw, which stopped the passes. It is not kept: an error of Python keeps the frames
  /// in which it was raised, and all that their variables name.
  std::exception_ptr take_error() { return std::exchange(error_, nullptr); }

 private:
  void by_tiles(team::Member member, const Pass& pass, Stop stop);
  void by_layers(team::Member member, const Pass& pass, Stop stop);
  /// Calls body(tile, index of its part) for the tiles of rows that this member gets.
  template <class Body>
  void for_each_tile(team::Member member, const Pass& pass, WorkQueue& queue, Stop stop, Body&& body);
  /// Calls body(tile, panels) for the units of rows and neurons of a layer that this member gets.
  template <class Body>
  void for_each_unit(team::Member member, const Pass& pass, Index neurons, WorkQueue& queue, Stop stop, Body&& body);
  /// The gradients and the loss of a tile of a piece.
  void add_to_piece(const Tile& tile, Index piece);
  /// sum <- the sum of the gradients of the pieces, in order.
  void sum_pieces(Index start, Index size, Index pieces, T* sum);

  const Loss<T>& loss_;
  const int threads_;
  const std::vector<Block> blocks_;
  const BatchPartition partition_;
  Workspace<T> workspace_;
  Passes<T> passes_;
  std::exception_ptr error_;
  std::vector<WorkQueue> stages_;  // of phase 1
  struct BlockRange {
    Index begin = 0, end = 0;
    WorkQueue queue;
  };
  std::vector<BlockRange> ranges_;  // all blocks, or where threads share neurons, those of each layer
};

template <class T>
template <class Body>
void Backprop<T>::for_each_tile(team::Member member, const Pass& pass, WorkQueue& queue, Stop stop, Body&& body) {
  const bool by_rows = partition_.by_rows();
  const Index part = by_rows ? partition_.piece_rows : partition::tile_rows(pass.rows, member.count);
  const Index size = by_rows ? partition::tile_rows(partition_.piece_rows, 1) : part;
  queue.for_each(member, ceil_div(pass.rows, part), [&](Index i) {
    const Index end = std::min(pass.rows, (i + 1) * part);
    for (Index begin = i * part; begin < end; begin += size) {
      if (stop.check(member)) return;
      const Index slot = by_rows ? member.index * partition::kTileRows : begin;
      body(Tile{pass, begin, std::min(size, end - begin), slot}, i);
    }
  });
}

template <class T>
template <class Body>
void Backprop<T>::for_each_unit(team::Member member, const Pass& pass, Index neurons, WorkQueue& queue, Stop stop,
                                Body&& body) {
  const Index panels = panels::count<T>(neurons);
  const partition::LayerUnits unit = partition::layer_units(pass.rows, panels, member.count);
  const Index tiles = ceil_div(pass.rows, unit.rows);
  // Neurons first, rows second, so that a member's own part is one of neurons.
  queue.for_each(member, ceil_div(panels, unit.panels) * tiles, [&](Index i) {
    if (stop.check(member)) return;
    const Index panel = i / tiles * unit.panels, row = i % tiles * unit.rows;
    body(Tile{pass, row, std::min(unit.rows, pass.rows - row), row},
         PanelRange{panel, std::min(panels, panel + unit.panels)});
  });
}

template <class T>
template <class Finish>
void Backprop<T>::collect(team::Member member, Index rows, bool opening, bool closing, Finish&& finish) {
  constexpr Index L = kLane<T>;
  if (member.index == 0)
    for (WorkQueue& queue : stages_) queue.reset();
  alignas(64) T gradient[kBlockInputs * L];
  alignas(64) T biases[L];
  const Index pieces = ceil_div(rows, partition_.piece_rows);
  const auto take = [&](Index i) {
    const Block& block = blocks_[i];
    if (partition_.by_rows()) {
      sum_pieces(block.start, block.size, pieces, gradient);
      if (block.owns_biases()) sum_pieces(block.biases, L, pieces, biases);
    } else {
      if (!opening) {
        std::copy_n(workspace_.partial(0) + block.start, block.size, gradient);
        if (block.owns_biases()) std::copy_n(workspace_.partial(0) + block.biases, L, biases);
      }
      passes_.gradient(block, 0, rows, !opening, gradient, biases);
    }
    if (closing) {
      finish(i, gradient, biases);
    } else {
      std::copy_n(gradient, block.size, workspace_.partial(0) + block.start);
      if (block.owns_biases()) std::copy_n(biases, L, workspace_.partial(0) + block.biases);
    }
  };
  // Each member takes its own blocks of all layers first, then those that others have left.
  for (const bool others : {false, true})
    for (BlockRange& range : ranges_)
      range.queue.for_each(member, range.end - range.begin, others, [&](Index i) { take(range.begin + i); });
}

extern template class Backprop<float>;
extern template class Backprop<double>;

}  // namespace rosenblatt
