// Predictions for a few rows, each on its own: products of a row and a matrix, from the weights as they lie.
#pragma once

#include <vector>

#include "rules/activations.hpp"
#include "rules/losses/loss.hpp"
#include "model/network.hpp"

namespace rosenblatt::direct {

/// A layer's parameters as NumPy holds them: coefs (inputs, outputs), intercepts (outputs,).
template <class T>
struct LayerView {
  Activation<T> activation;  // of the last layer: none
  Index inputs, outputs;
  const T* coefs;
  const T* intercepts;
};

/// out (rows, outputs) <- the raw scores for dense rows x, from row-major weights: packing them into panels would cost
/// more than it saves.
template <class T>
void scores(const std::vector<LayerView<T>>& layers, const Table<T>& x, T* out);

/// out (outputs,) <- the raw scores for one dense row, from a network's panels.
template <class T>
void row_scores(const Network<T>& network, const T* row, T* out);

}  // namespace rosenblatt::direct
