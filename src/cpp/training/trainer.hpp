// Training: epochs of optimizer steps, and the loss with its gradient for optimizers that live elsewhere (L-BFGS).
#pragma once

#include <functional>
#include <limits>
#include <stdexcept>
#include <vector>

#include "model/network.hpp"
#include "rules/optimizers/optimizer.hpp"
#include "threads/team.hpp"
#include "training/options.hpp"
#include "training/thread_choice.hpp"

namespace rosenblatt {

struct Block;
template <class T>
class Backprop;

/// The weights of a batch's rows sum to zero, so that their mean loss does not exist.
struct ZeroWeightSumError : std::domain_error {
  using std::domain_error::domain_error;
};

/// A loss apart from its penalty: the mean over the rows, outputs summed, and (alpha / 2 |W|^2 + l1 |W|_1) / (sum of
/// row weights).
struct LossParts {
  double data = 0.0, penalty = 0.0;
};

template <class T>
class Trainer {
 public:
  /// Trains `network` by `loss` on `samples`, all of which must outlive it. Throws std::invalid_argument if an
  /// activation of the network has no derivative.
  Trainer(Network<T>& network, const Loss<T>& loss, const Samples<T>& samples, const TrainingOptions& options);
  ~Trainer();

  /// One pass over `rows` samples in the given order (null: as they stand), a step for each batch, with learning_rates
  /// [0 .. steps) or, if `constant_rate`, only the first of them. `steps` counts the steps taken by this optimizer;
  /// `state` has its slots, each laid out like the network's weights. Returns the mean over the batches, each weighted
  /// by its rows; it means nothing if `should_stop` ended the pass early.
  LossParts epoch(Optimizer<T>& optimizer, const std::vector<T*>& state, std::int64_t& steps,
                  const double* learning_rates, bool constant_rate, const std::int64_t* order, Index rows,
                  const std::function<bool()>& should_stop);

  /// Steps of an epoch of so many rows.
  Index steps_of(Index rows) const { return ceil_div(rows, options_.batch_size); }

  /// The loss over all samples without dropout, and its gradient, which is not clipped, laid out like the network's
  /// weights. Needs batch_size = all rows.
  LossParts loss_and_gradient(T* gradient, const std::function<bool()>& should_stop);

 private:
  bool penalized() const { return options_.alpha != 0.0 || options_.l1 != 0.0; }
  /// A block's share of the penalty, and its sum over all blocks.
  double penalty_of(const Block& block) const;
  double penalty() const;
  /// Scales the weights into each neuron of a panel, whose first block is given, down to the largest norm allowed.
  void limit_norms(Index block);
  double weight_sum(const std::int64_t* order, Index first, Index rows) const;
  template <class Step>
  LossParts run(const std::int64_t* order, Index rows, const std::function<bool()>& should_stop, Step& step);

  Network<T>& network_;
  Samples<T> samples_;
  TrainingOptions options_;
  std::unique_ptr<Backprop<T>> backprop_;
  std::vector<Index> panels_;  // the first block of each panel of weights
  Buffer<double> penalties_;   // of each block
  Buffer<double> squares_;     // of each block's gradient, where its norm is clipped ...
  Buffer<T> gradient_;         // ... and the gradient itself
  Shares clip_picks_, panel_picks_;
  Pace pace_;
};

extern template class Trainer<float>;
extern template class Trainer<double>;

}  // namespace rosenblatt
