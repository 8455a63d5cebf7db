// The perceptron's learning rule, one row at a time: one two-class problem, or several on the same rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/types.hpp"

namespace rosenblatt::perceptron {

/// What goes with the rows of a table, all of length n_samples.
template <class T>
struct Samples {
  std::int32_t n_samples;
  const std::int32_t* labels;
  const T* sample_weight;
  const std::uint8_t* validation_mask;  // not 0: never learnt from
};

enum class Penalty { none, l1, l2, elasticnet };

struct Options {
  Penalty penalty = Penalty::none;
  double alpha = 0.0001;
  double l1_ratio = 0.15;
  double eta0 = 1.0;
  double intercept_decay = 1.0;
  double tol = 0.001;  // minus infinity: run for max_iter epochs
  std::int64_t max_iter = 1000;
  std::int64_t n_iter_no_change = 5;
  bool fit_intercept = true;
  bool shuffle = true;
  bool early_stopping = false;
  bool verbose = false;
};

/// One label against all others. The fit starts from coef and intercept and leaves its result there.
template <class T>
struct Problem {
  T* coef = nullptr;  // n_features
  double* intercept = nullptr;
  std::int32_t positive_label = 0;
  double positive_weight = 1.0;
  double negative_weight = 1.0;
  double sq_norm = 0.0;  // of coef at the start; both norms are read only with a penalty or when verbose
  double l1_norm = 0.0;
  std::uint32_t seed = 0;
  std::int64_t n_iter = 0;  // result
};

/// What the engine asks of its caller. `interrupted` is called by the calling thread alone, the others by any.
struct Hooks {
  std::function<bool()> interrupted;
  /// The score on the validation rows of problem `index`, whose coef is as it stands; called with early_stopping.
  std::function<double(std::size_t index, double intercept)> validation_score;
  std::function<void(const std::string& line)> report;  // called when verbose
};

/// Fits the problems, in order of their index, on up to n_threads threads; the results do not depend on how many.
/// Returns false when `interrupted` said so. Throws std::domain_error when the weights of a problem overflow, for the
/// lowest such index.
template <class T>
bool fit(const Table<T>& table, const Samples<T>& samples, const Options& options, std::vector<Problem<T>>& problems,
         int n_threads, const Hooks& hooks);

}  // namespace rosenblatt::perceptron
