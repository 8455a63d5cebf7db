// The perceptron: trains one two-class problem, or several on the same rows, one row at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/api.hpp"
#include "base/types.hpp"

namespace rosenblatt::perceptron {

/// The labels and weights of the rows of a table, and which rows are for validation; arrays of length n_samples.
template <class T>
struct RowData {
  std::int32_t n_samples;
  const std::int32_t* labels;
  const T* sample_weight;
  const std::uint8_t* validation_mask;  // rows that are not 0 are not trained on
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

/// A two-class problem: one label against all others. The fit starts from coef and intercept and writes its result
/// there.
template <class T>
struct Problem {
  T* coef = nullptr;  // n_features
  double* intercept = nullptr;
  std::int32_t positive_label = 0;
  double positive_weight = 1.0;
  double negative_weight = 1.0;
  double sq_norm = 0.0;  // of the initial coef; both norms are read only with a penalty or if verbose
  double l1_norm = 0.0;
  std::uint32_t seed = 0;
  std::int64_t n_iter = 0;  // result
};

/// Callbacks. Only the calling thread calls `interrupted`; any thread calls the others.
struct Hooks {
  std::function<bool()> interrupted;
  /// Returns the score of problem `index`, with its present coef, on the validation rows; called with early_stopping.
  std::function<double(std::size_t index, double intercept)> validation_score;
  std::function<void(const std::string& line)> report;  // called if verbose
};

/// Fits the problems, in the order of their index, on up to n_threads threads, whose number does not affect the
/// results. Returns false if `interrupted` returned true. Throws std::domain_error if weights overflow, for the problem
/// of lowest index.
template <class T>
ROSENBLATT_API bool fit(const Table<T>& table, const RowData<T>& row_data, const Options& options,
                        std::vector<Problem<T>>& problems, int n_threads, const Hooks& hooks);

}  // namespace rosenblatt::perceptron
