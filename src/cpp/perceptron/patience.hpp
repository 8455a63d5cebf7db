// The stopping rule: ends a fit when epochs no longer improve.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

namespace rosenblatt::perceptron {

class Patience {
 public:
  Patience(double tol, std::int64_t n_iter_no_change) : tol_(tol), n_iter_no_change_(n_iter_no_change) {}

  /// Takes the result of an epoch, of which larger values are better. Returns whether n_iter_no_change epochs in a row
  /// were not better than the best one by tol. NaN counts as an improvement; with tol = -infinity every value does.
  bool ends_with(double result) {
    n_stalled_ = result < best_ + tol_ ? n_stalled_ + 1 : 0;
    best_ = std::max(best_, result);
    return n_stalled_ >= n_iter_no_change_;
  }

 private:
  const double tol_;
  const std::int64_t n_iter_no_change_;
  double best_ = -std::numeric_limits<double>::infinity();
  std::int64_t n_stalled_ = 0;
};

}  // namespace rosenblatt::perceptron
