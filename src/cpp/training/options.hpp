// The options of training, which users choose by keyword.
//
// To add one, add its member and its entry in settings(), and use it in the trainer.
#pragma once

#include <cstdint>
#include <limits>
#include <tuple>
#include <vector>

#include "base/types.hpp"
#include "rules/settings.hpp"

namespace rosenblatt {

struct TrainingOptions {
  static constexpr double kUnbounded = std::numeric_limits<double>::infinity();

  Index batch_size = static_cast<Index>(range::kLargestInteger);
  double alpha = 0.0, l1 = 0.0;
  double clip_value = kUnbounded, clip_norm = kUnbounded, max_norm = kUnbounded;
  std::vector<double> dropout;  // empty, or the rate of the inputs and of each hidden layer
  std::uint64_t dropout_seed = 0;
  std::vector<double> learning_rate_factors, weight_decay_factors;  // empty, or one for each parameter group
  int n_threads = 0;                                                // 0: as many as are useful

  static constexpr auto settings() {
    using Options = TrainingOptions;
    constexpr bool kOptional = true;
    return std::make_tuple(
        Setting{"batch_size", &Options::batch_size, range::kCount,
                "The number of samples in a step. None: all samples.", kOptional},
        Setting{
            "alpha", &Options::alpha, range::kNotNegative,
            "The factor of the L2 penalty, alpha / 2 * sum(W ** 2) over all weights (not biases), divided by the sum "
            "of the sample weights of a batch."},
        Setting{
            "l1", &Options::l1, range::kNotNegative,
            "The factor of the L1 penalty, l1 * sum(abs(W)) over all weights (not biases), divided by the sum of the "
            "sample weights of a batch."},
        Setting{"clip_value", &Options::clip_value, range::kPositiveOrInfinite,
                "The largest absolute value of each number in the gradient; applied before clip_norm. None: no limit.",
                kOptional},
        Setting{
            "clip_norm", &Options::clip_norm, range::kPositiveOrInfinite,
            "The largest norm of the gradient with respect to all parameters; a larger gradient is scaled down. None: "
            "no limit.",
            kOptional},
        Setting{
            "max_norm", &Options::max_norm, range::kPositiveOrInfinite,
            "The largest norm of the weights of each neuron; larger weights are scaled down after each step. None: no "
            "limit.",
            kOptional},
        Setting{"dropout", &Options::dropout, range::kBelowOne,
                "The fraction of the inputs, and of the activations of each hidden layer, that each step sets to 0; an "
                "empty list: none."},
        Setting{"dropout_seed", &Options::dropout_seed, range::kInteger, "The seed of dropout."},
        Setting{"learning_rate_factors", &Options::learning_rate_factors, range::kNotNegative,
                "The factor of the learning rate of each parameter group, in the order of the network's groups; an "
                "empty list: 1 for all."},
        Setting{"weight_decay_factors", &Options::weight_decay_factors, range::kNotNegative,
                "The factor of the weight decay of each parameter group; an empty list: 1 for weights, 0 for others."},
        Setting{"n_threads", &Options::n_threads, range::kInteger32,
                "The largest number of threads; results do not depend on it. None: as many as are useful.", kOptional});
  }
};

}  // namespace rosenblatt
