// Predictions for a few rows straight from row-major weights: packing them into panels would cost more than it saves.
#pragma once

#include <vector>

#include "activations.hpp"
#include "loss.hpp"

namespace rosenblatt::direct {

/// A layer's parameters as NumPy holds them: coefs (inputs, outputs), intercepts (outputs,).
template <class T>
struct LayerView {
  Activation<T> activation;  // of the last layer: none
  Index inputs, outputs;
  const T* coefs;
  const T* intercepts;
};

/// out (rows, outputs) <- the predictions for dense rows x.
template <class T>
void predict(const std::vector<LayerView<T>>& layers, const Loss<T>& loss, const Table<T>& x, T* out);

}  // namespace rosenblatt::direct
