// The loss functions: one struct an entry, one list at the end.
//
// A loss owns its link (the inverse of which turns raw scores into predictions) and works from raw scores, so that an
// unstable or wrong pair of output activation and loss cannot be written. To add one, write its struct and name it in
// LossList.
#pragma once

#include <limits>
#include <memory>
#include <string_view>
#include <tuple>

#include "elementary.hpp"
#include "types.hpp"

namespace rosenblatt {

// A loss whose outputs do not know of each other has, for one raw score z and its target y:
//   predict(z), the prediction; value(z, y), the loss; gradient(z, y), its derivative by z.
// Values are summed over the outputs of a row.

/// (y - z)^2 / 2.
struct SquaredError {
  static constexpr std::string_view name = "squared_error", output_activation = "identity";
  template <class T>
  static T predict(T z) {
    return z;
  }
  template <class T>
  static T value(T z, T y) {
    return T(0.5) * (y - z) * (y - z);
  }
  template <class T>
  static T gradient(T z, T y) {
    return z - y;
  }
};

/// Half the Poisson deviance, y log(y / p) - y + p, of p = exp(z).
struct HalfPoisson {
  static constexpr std::string_view name = "poisson", output_activation = "exp";
  template <class T>
  static T predict(T z) {
    return elementary::exp(z);
  }
  template <class T>
  static T value(T z, T y) {
    const T log_ratio = y > T(0) ? elementary::log(y > T(0) ? y : T(1)) - z : T(0);
    return y * log_ratio - y + elementary::exp(z);
  }
  template <class T>
  static T gradient(T z, T y) {
    return elementary::exp(z) - y;
  }
};

/// The reported log loss of one answer, at most -log(eps) and at least eps: scikit-learn clips probabilities to
/// [eps, 1 - eps] before it takes the logarithm, and loss curves are to be the same. The gradient is not clipped.
template <class T>
T clip_log_loss(T value) {
  constexpr T eps = std::numeric_limits<T>::epsilon();
  constexpr T largest = T(0.69314718055994530942) * (std::numeric_limits<T>::digits - 1);  // -log(eps)
  value = value < eps ? eps : value;
  return value > largest ? largest : value;
}

/// Cross-entropy of independent yes-or-no answers, -y log p - (1 - y) log(1 - p) with p = logistic(z).
struct BinaryLogLoss {
  static constexpr std::string_view name = "binary_log_loss", output_activation = "logistic";
  template <class T>
  static T predict(T z) {
    return elementary::logistic(z);
  }
  template <class T>
  static T value(T z, T y) {
    const T positive = z < T(0) ? T(0) : z;
    return clip_log_loss((positive - y * z) + elementary::log1p_of_positive(elementary::exp(-std::abs(z))));
  }
  template <class T>
  static T gradient(T z, T y) {
    return elementary::logistic(z) - y;
  }
};

/// Cross-entropy of one answer of many, -sum_c y_c log p_c with p = softmax(z).
struct CategoricalLogLoss {
  static constexpr std::string_view name = "log_loss", output_activation = "softmax";

  /// z <- exp(z - max z); returns their sum, and the maximum.
  template <class T>
  static T exponentials(T* z, Index outputs, T& largest) {
    largest = z[0];
    for (Index c = 1; c < outputs; ++c) largest = z[c] > largest ? z[c] : largest;
    for (Index c = 0; c < outputs; ++c) z[c] = elementary::exp(z[c] - largest);
    T sum = T(0);
    for (Index c = 0; c < outputs; ++c) sum += z[c];
    return sum;
  }

  template <class T>
  static void predict(T* z, Index outputs) {
    T largest;
    const T sum = exponentials(z, outputs, largest);
    for (Index c = 0; c < outputs; ++c) z[c] /= sum;
  }

  /// z <- p - y; returns the row's loss, log(sum_c exp z_c) - sum_c y_c z_c for targets that sum to 1.
  template <class T>
  static double evaluate(T* z, const T* y, Index outputs) {
    T picked = T(0);
    for (Index c = 0; c < outputs; ++c) picked += y[c] * z[c];
    T largest;
    const T sum = exponentials(z, outputs, largest);
    for (Index c = 0; c < outputs; ++c) z[c] = z[c] / sum - y[c];
    return static_cast<double>(clip_log_loss(elementary::log(sum) + (largest - picked)));
  }
};

using LossList = std::tuple<SquaredError, HalfPoisson, BinaryLogLoss, CategoricalLogLoss>;

/// A loss chosen by name, over row-major tiles (rows, outputs) of raw scores and targets.
template <class T>
class Loss {
 public:
  virtual ~Loss() = default;
  virtual std::string_view name() const = 0;
  virtual std::string_view output_activation() const = 0;
  /// Whether targets are one class of many for each row.
  virtual bool categorical() const = 0;
  /// Whether `evaluate` wants all rows of a batch at once, from one thread, and may throw.
  virtual bool whole_batch() const { return false; }
  /// z <- predictions.
  virtual void predict(T* z, Index rows, Index outputs) const = 0;
  /// row_loss <- the loss of each row; z <- its gradient by the raw scores; y is scratch afterwards.
  virtual void evaluate(T* z, T* y, Index rows, Index outputs, double* row_loss) const = 0;

  /// The loss of that name, or null.
  static std::unique_ptr<Loss> find(std::string_view wanted);
};

extern template class Loss<float>;
extern template class Loss<double>;

}  // namespace rosenblatt
