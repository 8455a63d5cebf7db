// The options of a training, apart from the optimizer and its schedules.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "base/types.hpp"

namespace rosenblatt {

struct TrainingOptions {
  static constexpr double kUnbounded = std::numeric_limits<double>::infinity();

  Index batch_size = 1;
  double alpha = 0.0, l1 = 0.0;    // factors of the penalties
  double clip_value = kUnbounded;  // most of each number in a gradient
  double clip_norm = kUnbounded;   // most of the norm of the whole gradient
  double max_norm = kUnbounded;    // most of the norm of the weights into one neuron
  std::vector<double> dropout;     // of the inputs and of each hidden layer; or empty
  std::uint64_t dropout_seed = 0;
  int n_threads = 0;  // 0: as many as are useful
};

}  // namespace rosenblatt
