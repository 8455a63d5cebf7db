// The buffers of a training: what a pass of rows leaves for the next layer, for the way back, and for the gradients.
#pragma once

#include <vector>

#include "base/panels.hpp"
#include "kernels/sparse.hpp"
#include "model/network.hpp"
#include "training/partition.hpp"

namespace rosenblatt {

/// How a batch is partitioned, chosen once per training by shapes.
struct BatchPartition {
  Index pieces;       // of rows, each with a gradient of its own in phase 1; 1: gradients over all rows in phase 2
  Index pass_rows;    // rows that pass through the network at a time, at most
  Index piece_rows;   // rows of a piece
  Index buffer_rows;  // rows of the buffers: of a pass, or a tile for each thread

  /// Whether threads share the rows of a batch, rather than the neurons of each layer.
  bool by_rows() const { return pieces > 1; }
};

template <class T>
BatchPartition partition_batch(const Network<T>& network, bool sparse, bool whole_batch, Index largest_batch,
                               int threads) {
  BatchPartition made{};
  made.pieces =
      sparse || whole_batch ? 1 : partition::gradient_pieces(network.size(), network.neurons(), largest_batch);
  made.pass_rows = made.by_rows() || whole_batch ? largest_batch : std::min(largest_batch, partition::kPassRows);
  made.piece_rows = ceil_div(largest_batch, made.pieces);
  made.buffer_rows = made.by_rows() ? threads * partition::kTileRows : made.pass_rows;
  return made;
}

template <class T>
class Workspace {
 public:
  Workspace(const Network<T>& network, const BatchPartition& partition, const Samples<T>& samples, bool whole_batch,
            Index largest_batch, int threads);

  /// A layer's view of the rows from `slot` on.
  LayerTile<T> tile(Index layer, Index slot, Index rows, const sparse::Rows<T>* sparse_inputs) {
    const Index start = slot * kLane<T>;
    const bool last = layer + 1 == static_cast<Index>(outputs_.size());
    T* const outputs = outputs_[layer].data() + start;
    const T* const inputs = (layer == 0 ? inputs_.data() : outputs_[layer - 1].data()) + start;
    return {rows,
            buffer_rows_,
            inputs,
            layer == 0 ? sparse_inputs : nullptr,
            layer == 0 && sparse_ ? &column_groups_ : nullptr,
            outputs,
            last ? outputs : deltas_[layer].data() + start,
            slope_terms_[layer].size() > 0 ? slope_terms_[layer].data() + start : nullptr};
  }

  Index buffer_rows() const { return buffer_rows_; }
  /// The rows of dense inputs from `slot` on, and the raw scores, which the loss replaces by its gradient.
  T* inputs(Index slot) { return inputs_.data() + slot * kLane<T>; }
  T* scores(Index slot) { return outputs_.back().data() + slot * kLane<T>; }
  sparse::ColumnGroups<T>& column_groups() { return column_groups_; }

  // For each thread: a tile of any layer in panels, and two row-major tiles, of raw scores and of targets.
  T* product(int thread) { return products_.data() + thread * product_size_; }
  T* score_tile(int thread) { return score_tiles_.data() + thread * 2 * score_tile_size_; }
  T* target_tile(int thread) { return score_tile(thread) + score_tile_size_; }

  double* row_loss(Index row) { return row_loss_.data() + row; }
  const double* row_loss(Index row) const { return row_loss_.data() + row; }
  double& piece_loss(Index piece) { return piece_loss_[piece]; }
  double piece_loss(Index piece) const { return piece_loss_[piece]; }

  /// A transposed copy of all weights, or null where there is none. Threads that share neurons have one in common;
  /// those that share rows have one each, since a small network waits for cache lines that one core writes and another
  /// reads.
  T* transposed(int thread, Index layer) {
    return transposed_.size() > 0 ? transposed_.data() + thread * transposed_size_ + transposed_starts_[layer]
                                  : nullptr;
  }
  /// A gradient laid out like the network's parameters: that of a piece, or with piece 0 that of earlier passes.
  T* partial(Index piece) { return partial_.data() + piece * parameters_size_; }

 private:
  const bool sparse_;
  const Index buffer_rows_, parameters_size_, product_size_, score_tile_size_;
  Index transposed_size_ = 0;
  std::vector<Index> transposed_starts_;  // of each layer
  Buffer<T> inputs_;
  std::vector<Buffer<T>> outputs_;      // of each layer; the last one's become the gradient of the loss
  std::vector<Buffer<T>> deltas_;       // of each layer but the last
  std::vector<Buffer<T>> slope_terms_;  // of layers with slopes, otherwise empty
  sparse::ColumnGroups<T> column_groups_;
  Buffer<T> score_tiles_, products_;
  Buffer<double> row_loss_, piece_loss_;
  Buffer<T> transposed_, partial_;
};

extern template class Workspace<float>;
extern template class Workspace<double>;

}  // namespace rosenblatt
