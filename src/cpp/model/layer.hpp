// The interface of layers: what a network, its predictions and its training need from each.
//
// A layer works on a tile of rows in panels (base/panels.hpp). Each function below is one virtual call for a tile, a
// row or a block of parameters, never for a single number. A layer holds no parameters itself: it knows their place in
// the network's flat buffers, which optimizer state and gradients share.
#pragma once

#include <string_view>
#include <vector>

#include "base/panels.hpp"

namespace rosenblatt {

namespace sparse {
template <class T>
struct Rows;
template <class T>
class ColumnGroups;
}  // namespace sparse

/// Consecutive panels of neurons, [first, end).
struct PanelRange {
  Index first, end;
};

template <class T>
PanelRange all_panels(Index neurons) {
  return {0, panels::count<T>(neurons)};
}

/// What a parameter does. The parameters of one kind in one layer are a group, with its own factors of the learning
/// rate and of the weight decay.
enum class ParameterKind { weights, biases, scale, slopes, periodic, categories };
inline constexpr std::size_t kParameterKinds = 6;

constexpr std::string_view name_of(ParameterKind kind) {
  constexpr std::string_view names[kParameterKinds] = {"weights", "biases",   "scale",
                                                       "slopes",  "periodic", "categories"};
  return names[static_cast<std::size_t>(kind)];
}

/// The shape of an array of parameters as users see it: row-major (rows, columns).
struct ParameterShape {
  ParameterKind kind;
  Index rows, columns;
};

/// Inputs of a block of weights, whole panels of them: their gradient, weights and optimizer state fit the first-level
/// cache together. With 64 instead of 16 inputs, 8-50-50-50-1 with batch 1 takes 0.93 of the time.
inline constexpr Index kBlockInputs = 64;

/// Consecutive parameters [rows][lane] that are updated together, while their gradient is in the first-level cache.
struct Block {
  Index layer;
  ParameterKind kind;
  Index panel;                // of the layer's neurons; of embeddings, the column of the inputs
  Index first_input, inputs;  // of a block of weights; of a vector 0 and 1; of embeddings, numbers of their kind
  Index columns;              // neurons in the panel; the other columns are padding
  Index start, size;          // in the flat buffers
  Index biases;               // where the panel's biases start, for a block of weights

  /// Whether the panel's biases are updated with this block.
  bool owns_biases() const { return kind == ParameterKind::weights && first_input == 0; }
};

/// A tile of rows as one layer sees it. A pointer into a buffer is that of panel 0 at the tile's first row.
template <class T>
struct LayerTile {
  Index rows;
  Index buffer_rows;                             // from one panel of a buffer to the next, in rows
  const T* inputs;                               // null where they are sparse
  const sparse::Rows<T>* sparse_inputs;          // of a forward pass, ...
  const sparse::ColumnGroups<T>* column_groups;  // ... and of a gradient; null where the inputs are dense
  T* outputs;
  // Of training, otherwise null:
  T* deltas;       // dL/dz of the raw scores z; before they are known, the derivatives f'(z) if these are kept
  T* slope_terms;  // of a layer with slopes: f(z) - z, later times dL/da, the terms of the gradient of the slopes
};

template <class T>
class Layer {
 public:
  virtual ~Layer() = default;

  Index inputs() const { return inputs_; }
  Index outputs() const { return outputs_; }

  // Parameters.

  virtual std::vector<ParameterShape> parameters() const = 0;
  /// How many numbers its parameters take in a flat buffer, and where they start.
  virtual Index size() const = 0;
  Index start() const { return start_; }
  /// Copies parameters of one kind from a row-major array into a flat buffer, or back.
  virtual void pack(ParameterKind kind, const T* from, T* to) const = 0;
  virtual void unpack(ParameterKind kind, const T* from, T* to) const = 0;
  /// Appends the blocks of its parameters; `layer` is its index in the network.
  virtual void append_blocks(Index layer, std::vector<Block>& blocks) const = 0;
  /// How many numbers a transposed copy of its weights takes, which `backward` reads.
  virtual Index transposed_size() const { return 0; }
  /// Copies a block of weights into the transposed copy at `to`.
  virtual void transpose([[maybe_unused]] const Block& block, [[maybe_unused]] const T* parameters,
                         [[maybe_unused]] T* to) const {}

  // Forward.

  /// outputs (whole lanes) <- the activations of a single dense row.
  virtual void forward_row(const T* parameters, const T* inputs, T* outputs) const = 0;
  /// tile.outputs <- the activations of some neurons; with `keep_derivative`, tile.deltas <- f'(z).
  virtual void forward(const T* parameters, const LayerTile<T>& tile, PanelRange neurons,
                       bool keep_derivative) const = 0;

  // Backward.

  /// Whether training needs f'(z) from the forward pass, since it cannot be computed from the activation.
  virtual bool keeps_derivative() const = 0;
  /// to <- dL/d(inputs) for some panels of inputs, panel 0 of `to` being the first of them. `transposed` is the
  /// transposed copy of the weights; null where the tile has a single row, which is multiplied by the weights
  /// themselves.
  virtual void backward([[maybe_unused]] const T* parameters, [[maybe_unused]] const T* transposed,
                        [[maybe_unused]] const LayerTile<T>& tile, [[maybe_unused]] PanelRange inputs,
                        [[maybe_unused]] T* to, [[maybe_unused]] Index to_rows) const {}
  /// tile.deltas <- what gradients and `backward` need, for some neurons, from dL/d(outputs). With `kept`, the deltas
  /// hold f'(z), and dL/d(outputs) is in `from`, panel 0 of which is the first panel of these neurons. Otherwise the
  /// deltas hold dL/d(outputs) themselves.
  virtual void differentiate(const LayerTile<T>& tile, PanelRange neurons, bool kept, const T* from,
                             Index from_rows) const = 0;
  /// gradient <- the gradient of a block, summed over the tile's rows; with `add`, plus what `gradient` holds. Likewise
  /// biases [lane], where the block owns them. Of the parameters, only those of the block are sure to be as they were
  /// in the forward pass.
  virtual void gradient(const T* parameters, const Block& block, const LayerTile<T>& tile, bool add, T* gradient,
                        T* biases) const = 0;

 protected:
  Layer(Index inputs, Index outputs, Index start) : inputs_(inputs), outputs_(outputs), start_(start) {}

 private:
  Index inputs_, outputs_, start_;
};

}  // namespace rosenblatt
