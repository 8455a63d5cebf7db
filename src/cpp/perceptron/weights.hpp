// The weight vector: its updates and its penalties.
//
// l2 penalty: a scale that is multiplied into the weights only when needed; Shalev-Shwartz, Singer and Srebro (2007),
// Pegasos, ICML. l1 penalty: the cumulative truncated gradient of Tsuruoka, Tsujii and Ananiadou (2009), Stochastic
// gradient descent training for L1-regularized log-linear models, ACL.
#pragma once

#include <algorithm>
#include <cmath>

#include "base/types.hpp"
#include "perceptron/unfused.hpp"

namespace rosenblatt::perceptron {

/// The weights are scale * values. As in scikit-learn, the norms are those of the columns that the last `add` changed.
template <class T>
class Weights {
 public:
  Weights(T* values, Index size, double sq_norm, double l1_norm)
      : values_(values), size_(size), sq_norm_(sq_norm), l1_norm_(l1_norm) {}

  const T* values() const { return values_; }
  double scale() const { return scale_; }
  T norm() const { return static_cast<T>(std::sqrt(sq_norm_)); }
  T l1_norm() const { return static_cast<T>(l1_norm_); }

  /// weights += c * row
  template <class Row>
  void add(const Row& row, T c, bool with_norms) {
    T* const w = values_;
    const T scale = static_cast<T>(scale_);
    const double factor = static_cast<double>(c / scale);
    const auto moved = [&](Index j) {
      T& weight = w[row.column(j)];
      return weight = static_cast<T>(static_cast<double>(weight) + static_cast<double>(row.values[j]) * factor);
    };
    if (!with_norms) {
      for (Index j = 0; j < row.size; ++j) moved(j);
      return;
    }
    double sq_sum = 0.0, l1_sum = 0.0;
    for (Index j = 0; j < row.size; ++j) {
      const T weight = moved(j);
      sq_sum += static_cast<double>(weight * weight);
      l1_sum += static_cast<double>(std::fabs(weight));
    }
    sq_norm_ = sq_sum * static_cast<double>(scale * scale);
    l1_norm_ = l1_sum * static_cast<double>(scale);
  }

  /// weights *= c. Returns whether the values changed, because the scale was applied to them.
  bool shrink(T c) {
    scale_ *= static_cast<double>(c);
    sq_norm_ *= static_cast<double>(c * c);
    l1_norm_ *= static_cast<double>(std::fabs(c));
    constexpr double kSmallest = sizeof(T) == sizeof(float) ? 1e-6 : 1e-9;
    if (scale_ >= kSmallest) return false;
    apply_scale();
    return true;
  }

  void apply_scale() {
    const T scale = static_cast<T>(scale_);
    if (scale != T(1)) {
      for (Index j = 0; j < size_; ++j) values_[j] *= scale;
    }
    scale_ = 1.0;
  }

  /// Moves the weights of the row's columns towards zero, at most to zero, by the part of the l1 penalty that has not
  /// been applied yet: `total` is the penalty of each weight so far, paid[column] the part that has been applied.
  template <class Row>
  void truncate(const Row& row, T* paid, double total) {
    if (scale_ == 1.0) {
      truncate(row, paid, total, 1.0, [](double debt) { return debt; });  // always with l1: saves the divisions
    } else {
      truncate(row, paid, total, scale_, [scale = scale_](double debt) { return debt / scale; });
    }
  }

  bool finite() const {
    return std::all_of(values_, values_ + size_, [](T weight) { return std::isfinite(weight); });
  }

  Index count_nonzero() const { return size_ - std::count(values_, values_ + size_, T(0)); }

 private:
  // Without branches on the sign, since half of them would be mispredicted.
  template <class Row, class Unscale>
  void truncate(const Row& row, T* paid, double total, double scale, const Unscale& unscale) {
    T* const w = values_;
    for (Index j = 0; j < row.size; ++j) {
      const Index column = row.column(j);
      const double before = static_cast<double>(w[column]);
      const double owed = static_cast<double>(paid[column]);
      const bool above = scale * before > 0.0, below = scale * before < 0.0;
      const double moved = before + unscale(above ? -(total + owed) : total - owed);
      double after = before;
      after = above ? (moved > 0.0 ? moved : 0.0) : after;
      after = below ? (moved < 0.0 ? moved : 0.0) : after;
      const T weight = static_cast<T>(after);
      w[column] = weight;
      paid[column] = static_cast<T>(owed + scale * (static_cast<double>(weight) - before));
    }
  }

  T* values_;
  Index size_;
  double scale_ = 1.0;
  double sq_norm_, l1_norm_;
};

}  // namespace rosenblatt::perceptron
