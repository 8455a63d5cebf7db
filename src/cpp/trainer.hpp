// Training: epochs of optimizer steps, and the loss with its gradient for optimizers that live elsewhere (L-BFGS).
#pragma once

#include <functional>
#include <stdexcept>
#include <vector>

#include "network.hpp"
#include "optimizers.hpp"

namespace rosenblatt {

template <class T>
class Backprop;

/// The weights of a batch's rows sum to zero, so that their mean loss does not exist.
struct ZeroWeightSumError : std::domain_error {
  using std::domain_error::domain_error;
};

/// A loss apart from its penalty: the mean over the rows, outputs summed, and alpha / 2 |W|^2 / (sum of row weights).
struct LossParts {
  double data = 0.0, penalty = 0.0;
};

template <class T>
class Trainer {
 public:
  /// Trains `network`, which must outlive it, on `samples`. `n_threads` 0 means as many as are useful.
  Trainer(Network<T>& network, const Samples<T>& samples, Index batch_size, double alpha, int n_threads);
  ~Trainer();

  /// One pass over `rows` samples in the given order (null: as they stand), a step for each batch. `steps` counts the
  /// steps taken by this optimizer; `state` has its slots, each laid out like the network's weights. Returns the mean
  /// over the batches, each weighted by its rows; it means nothing if `should_stop` ended the pass early.
  LossParts epoch(Optimizer<T>& optimizer, const std::vector<T*>& state, std::int64_t& steps, double learning_rate,
                  const std::int64_t* order, Index rows, const std::function<bool()>& should_stop);

  /// The loss over all samples, and its gradient laid out like the network's weights. Needs batch_size = all rows.
  LossParts loss_and_gradient(T* gradient, const std::function<bool()>& should_stop);

 private:
  void refresh_squares();
  double square_sum() const;
  double weight_sum(const std::int64_t* order, Index first, Index rows) const;
  template <class BeginStep, class Finish>
  LossParts run(const std::int64_t* order, Index rows, const std::function<bool()>& should_stop, BeginStep&& begin_step,
                Finish&& finish);

  Network<T>& network_;
  Samples<T> samples_;
  Index batch_size_;
  double alpha_;
  int n_threads_;
  std::unique_ptr<Backprop<T>> backprop_;
  Buffer<double> squares_;  // of each block of weights, the sum of squares
};

extern template class Trainer<float>;
extern template class Trainer<double>;

}  // namespace rosenblatt
