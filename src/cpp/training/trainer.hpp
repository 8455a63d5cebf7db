// Training: epochs of optimizer steps, and the loss with its gradient for optimizers that live elsewhere (L-BFGS).
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <stdexcept>
#include <vector>

#include "base/api.hpp"
#include "model/network.hpp"
#include "rules/optimizers/optimizer.hpp"
#include "training/options.hpp"

namespace rosenblatt {

/// The weights of the rows of a batch sum to zero, so that their mean loss does not exist.
struct ZeroWeightSumError : std::domain_error {
  using std::domain_error::domain_error;
};

/// A loss and its penalty: the mean over the rows, outputs summed, and (alpha / 2 |W|^2 + l1 |W|_1) / (sum of the row
/// weights).
struct LossParts {
  double data = 0.0, penalty = 0.0;
};

/// What changes from step to step of an epoch.
struct StepSchedule {
  Index steps = 0;
  const double* learning_rates = nullptr;  // of each step, or with `constant_rate` one for all of them
  bool constant_rate = true;
  const double* weight_decays = nullptr;  // of each step; null: the optimizer's
  const double* dropout = nullptr;        // (steps, inputs and hidden layers); null: the rates of the options
};

/// Where gradients go: for each layer and kind of parameter a row-major array, or null where it is not wanted.
template <class T>
class GradientArrays {
 public:
  explicit GradientArrays(std::size_t layers) : arrays_(layers) {}
  T*& of(Index layer, ParameterKind kind) {
    return arrays_[static_cast<std::size_t>(layer)][static_cast<std::size_t>(kind)];
  }
  T* of(Index layer, ParameterKind kind) const {
    return arrays_[static_cast<std::size_t>(layer)][static_cast<std::size_t>(kind)];
  }

 private:
  std::vector<std::array<T*, kParameterKinds>> arrays_;
};

template <class T>
struct TrainingContext;

template <class T>
class ROSENBLATT_API Trainer {
 public:
  /// Trains `network` by `loss` on `samples`, all of which must outlive it. Throws std::invalid_argument if an
  /// activation of the network has no derivative, or if the network cannot take the samples.
  Trainer(Network<T>& network, const Loss<T>& loss, const Samples<T>& samples, const TrainingOptions& options);
  ~Trainer();

  /// One pass over `rows` samples in the given order (null: as they stand), a step for each batch. `steps` counts the
  /// steps that this optimizer has taken; `state` has its slots, each laid out like the network's parameters. Returns
  /// the mean over the batches, each weighted by its rows; it is meaningless if `should_stop` ended the pass early.
  LossParts epoch(Optimizer<T>& optimizer, const std::vector<T*>& state, std::int64_t& steps,
                  const StepSchedule& schedule, const std::int64_t* order, Index rows,
                  const std::function<bool()>& should_stop);

  /// The number of steps of an epoch of so many rows.
  Index steps_of(Index rows) const;

  /// The loss over all samples without dropout, and its gradients, which are not clipped. Needs a batch size of all
  /// rows.
  LossParts loss_and_gradients(const GradientArrays<T>& gradients, const std::function<bool()>& should_stop);

 private:
  std::unique_ptr<TrainingContext<T>> context_;
};

extern template class Trainer<float>;
extern template class Trainer<double>;

}  // namespace rosenblatt
