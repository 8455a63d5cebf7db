// When an epoch's result no longer improves: the rule that ends a fit.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

namespace rosenblatt::perceptron {

class Patience {
 public:
  Patience(double tol, std::int64_t n_iter_no_change) : tol_(tol), n_iter_no_change_(n_iter_no_change) {}

  /// True after n_iter_no_change epochs in a row whose merit (more is better) is not above the best so far by tol. NaN
  /// counts as an improvement, and with tol of minus infinity every merit does.
  bool ends_with(double merit) {
    n_stalled_ = merit < best_ + tol_ ? n_stalled_ + 1 : 0;
    best_ = std::max(best_, merit);
    return n_stalled_ >= n_iter_no_change_;
  }

 private:
  const double tol_;
  const std::int64_t n_iter_no_change_;
  double best_ = -std::numeric_limits<double>::infinity();
  std::int64_t n_stalled_ = 0;
};

}  // namespace rosenblatt::perceptron
