// Prediction: one entry for all forms of parameters, tables and sizes.
#pragma once

#include <functional>
#include <vector>

#include "base/api.hpp"
#include "model/network.hpp"

namespace rosenblatt {

/// A dense layer whose parameters are NumPy's arrays: weights (inputs, outputs), biases (outputs,).
template <class T>
struct RowMajorLayer {
  Activation<T> activation;  // of the output layer: empty
  Index inputs, outputs;
  const T* weights;
  const T* biases;
};

/// A network of such layers.
template <class T>
struct RowMajorNetwork {
  std::vector<RowMajorLayer<T>> layers;
  LossSpec loss_spec;
  std::unique_ptr<Loss<T>> loss;  // as `loss_spec` describes it

  double operations(Index rows) const;
};

/// A view of a network's parameters: in panels, or row-major. One of the two is not null.
template <class T>
struct NetworkView {
  NetworkView(const Network<T>& network) : panels(&network) {}             // NOLINT(google-explicit-constructor)
  NetworkView(const RowMajorNetwork<T>& network) : row_major(&network) {}  // NOLINT(google-explicit-constructor)

  double operations(Index rows) const { return panels ? panels->operations(rows) : row_major->operations(rows); }

  const Network<T>* panels = nullptr;
  const RowMajorNetwork<T>* row_major = nullptr;
};

/// What a prediction computes, and how.
struct PredictionPolicy {
  bool scores = false;        // the raw scores instead of the predictions
  bool check_finite = false;  // whether NaN or infinity in a dense table ends it
  int n_threads = 0;          // at most; 0: as many as are useful
  std::function<bool()> should_stop = {};
};

/// Where a prediction writes: (rows, outputs), and for each hidden layer (rows, neurons of the layer) or null; an empty
/// list leaves all of them out.
template <class T>
struct PredictionOutputs {
  T* outputs;
  std::vector<T*> hidden = {};
};

enum class PredictionResult { ok, not_finite, stopped };

/// Computes the predictions of a table. The outputs are incomplete unless the result is ok. Throws
/// std::invalid_argument if the network cannot take the table: layers in front of the dense ones take dense inputs
/// only.
template <class T>
ROSENBLATT_API PredictionResult predict(const NetworkView<T>& view, const Table<T>& x, const PredictionPolicy& policy,
                                        const PredictionOutputs<T>& to);

/// Whether the prediction takes less time than waking a thread or releasing Python's lock is worth.
template <class T>
ROSENBLATT_API bool is_short(const NetworkView<T>& network, Index rows);

}  // namespace rosenblatt
