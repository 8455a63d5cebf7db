// What happens to one tile of rows in a training step: forward, loss, backward, and the gradient of a block.
#pragma once

#include <vector>

#include "kernels/dropout.hpp"
#include "model/network.hpp"
#include "training/workspace.hpp"

namespace rosenblatt {

/// Rows of a batch that pass through the network together.
struct Pass {
  const std::int64_t* order;  // of the samples; null: first, first + 1, ...
  Index first, rows;
  Index batch_row;  // of the first of them
};

/// A tile of a pass: `rows` rows from row `first` of the pass on, which lie from row `slot` of the buffers on.
struct Tile {
  const Pass& pass;
  Index first, rows, slot;

  const std::int64_t* order() const { return pass.order ? pass.order + first : nullptr; }
  Index source(Index r) const { return pass.order ? pass.order[first + r] : pass.first + first + r; }
  Index batch_row() const { return pass.batch_row + first; }
};

template <class T>
class Passes {
 public:
  /// All arguments must outlive it.
  Passes(const Network<T>& network, const Loss<T>& loss, const Samples<T>& samples, Workspace<T>& workspace)
      : network_(network),
        loss_(loss),
        samples_(samples),
        workspace_(workspace),
        dropouts_(network.layers().size() + 1) {}

  Index layer_count() const { return static_cast<Index>(network_.layers().size()); }
  /// The layer that gathered inputs enter.
  Index first_layer() const { return network_.embeds() ? 1 : 0; }
  /// The last layer that deltas go back to.
  Index first_trained() const { return network_.first_trained(); }
  Index outputs_of(Index layer) const { return network_.layers()[layer]->outputs(); }
  const Samples<T>& samples() const { return samples_; }

  /// Chooses what a step drops, at these rates of the inputs and of each hidden layer (null: nothing).
  void draw_dropout(const double* rates, std::uint64_t seed, std::uint64_t step);

  /// Sorts the stored values of sparse inputs for the gradients of a pass.
  void group_columns(const Pass& pass);
  /// Copies dense inputs into the workspace, and embeds them.
  void gather(const Tile& tile);
  /// The activations of some neurons of a layer; of the last layer the raw scores.
  void forward(const Tile& tile, Index layer, PanelRange neurons);
  /// Replaces the raw scores by dL/dz, and sets the loss of each row. Both are multiplied by the weight of the row.
  void evaluate_loss(const Tile& tile, int thread);
  /// The deltas of the layer below for some of a layer's inputs. The thread's transposed copy must be up to date.
  void backward(const Tile& tile, Index layer, PanelRange inputs, int thread, int transposed_copy);
  /// The gradient of a block over rows of the buffers from `slot` on.
  void gradient(const Block& block, Index slot, Index rows, bool add, T* gradient, T* biases) const {
    network_.layers()[block.layer]->gradient(network_.parameters(), block,
                                             workspace_.tile(block.layer, slot, rows, nullptr), add, gradient, biases);
  }
  /// Copies a block of weights into a transposed copy.
  void transpose(const Block& block, int copy) const {
    if (T* const to = workspace_.transposed(copy, block.layer))
      network_.layers()[block.layer]->transpose(block, network_.parameters(), to);
  }

 private:
  const Network<T>& network_;
  const Loss<T>& loss_;
  const Samples<T> samples_;
  Workspace<T>& workspace_;
  std::vector<Dropout<T>> dropouts_;  // of the inputs and of the outputs of each layer
};

extern template class Passes<float>;
extern template class Passes<double>;

}  // namespace rosenblatt
