// What all epochs of a training share.
#pragma once

#include <vector>

#include "training/backprop.hpp"
#include "training/bounds.hpp"
#include "training/options.hpp"
#include "training/penalties.hpp"
#include "training/thread_choice.hpp"

namespace rosenblatt {

/// A batch of an epoch: rows [first, first + rows) of its order, and the sum of their weights.
struct Batch {
  Index first, rows;
  double weight_sum;
};

template <class T>
struct TrainingContext {
  /// The arguments must outlive it. Throws std::invalid_argument as Trainer's constructor does.
  TrainingContext(Network<T>& trained, const Loss<T>& loss, const Samples<T>& rows, const TrainingOptions& chosen);
  ~TrainingContext() = default;
  TrainingContext(const TrainingContext&) = delete;
  TrainingContext& operator=(const TrainingContext&) = delete;

  /// The batches of an epoch. Throws ZeroWeightSumError.
  std::vector<Batch> batches(const std::int64_t* order, Index n) const;
  /// The number of threads that share an epoch of so many rows.
  int thread_count(Index rows) const;
  /// Called when the parameters of a block have changed.
  void changed(Index block) {
    penalties.update(block, network.parameters());
    backprop.changed(block);
  }
  /// Scales the weights into each neuron of a panel, whose first block is given, down to the largest norm allowed.
  void limit_norms(Index first_block);

  Network<T>& network;
  const Samples<T> samples;
  const TrainingOptions options;
  Backprop<T> backprop;
  Penalties<T> penalties;
  bounds::GradientNorm<T> gradient_norm;
  std::vector<Index> first_blocks;  // of each panel of weights
  WorkQueue clip_queue, panel_queue;
  ThreadChoice thread_choice;
};

extern template struct TrainingContext<float>;
extern template struct TrainingContext<double>;

}  // namespace rosenblatt
