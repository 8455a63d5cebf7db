// The losses of numbers: one struct for each, and their list at the end.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <string_view>
#include <tuple>
#include <vector>

#include "rules/losses/rule.hpp"

namespace rosenblatt {

struct SquaredError : LossDefaults {
  static constexpr std::string_view name = "squared_error";
  static constexpr std::string_view summary = "Half the squared error; its minimum is the mean.";
  static constexpr std::string_view formula = "(y - p)**2 / 2";
  static constexpr std::string_view source = "C. F. Gauss, \"Theoria motus corporum coelestium\" (1809), section 179.";
  template <class T>
  T value(T p, T y) const {
    return T(0.5) * (y - p) * (y - p);
  }
  template <class T>
  T derivative(T p, T y) const {
    return p - y;
  }
};

struct AbsoluteError : LossDefaults {
  static constexpr std::string_view name = "absolute_error";
  static constexpr std::string_view summary =
      "The absolute error; its minimum is the median. The derivative at 0 is defined as 0.";
  static constexpr std::string_view formula = "abs(y - p)";
  static constexpr std::string_view source = "P. Bloomfield and W. L. Steiger, \"Least Absolute Deviations\" (1983).";
  template <class T>
  T value(T p, T y) const {
    return std::abs(p - y);
  }
  template <class T>
  T derivative(T p, T y) const {
    const T error = p - y;
    return error > T(0) ? T(1) : (error < T(0) ? T(-1) : error);  // 0 for 0, NaN for NaN
  }
};

struct Huber : LossDefaults {
  static constexpr std::string_view name = "huber";
  static constexpr std::string_view summary =
      "Half the squared error for errors up to ``delta``, linear for larger ones: less sensitive to outliers.";
  static constexpr std::string_view formula = "r**2 / 2 if r <= delta else delta * (r - delta / 2), r = abs(y - p)";
  static constexpr std::string_view source =
      "P. J. Huber, \"Robust Estimation of a Location Parameter\", Annals of "
      "Mathematical Statistics 35(1), 73-101 (1964).";
  double delta = 1.0;
  static constexpr auto settings() {
    return std::make_tuple(
        Setting{"delta", &Huber::delta, range::kPositive, "The error above which the loss is linear."});
  }
  template <class T>
  T value(T p, T y) const {
    const T d = T(delta), r = std::abs(y - p);
    return r <= d ? T(0.5) * r * r : d * (r - T(0.5) * d);
  }
  template <class T>
  T derivative(T p, T y) const {
    const T d = T(delta), error = p - y;
    return error > d ? d : (error < -d ? -d : error);
  }
};

/// The loss of one quantile: tau (y - p) where the prediction is too low, (1 - tau) (p - y) where it is too high.
struct Pinball : LossDefaults {
  double tau;
  explicit Pinball(double quantile) : tau(quantile) {}
  template <class T>
  T value(T p, T y) const {
    const T error = y - p;
    return error > T(0) ? T(tau) * error : (T(tau) - T(1)) * error;
  }
  template <class T>
  T derivative(T p, T y) const {
    const T error = y - p;
    return error > T(0) ? -T(tau) : (error < T(0) ? T(1) - T(tau) : error);
  }
};

struct Quantile : LossDefaults {
  static constexpr std::string_view name = "quantile";
  static constexpr std::string_view summary =
      "The pinball loss; its minimum is a quantile. Several quantiles never cross.\n\n"
      "For K > 1 quantiles a network has K outputs for each target, with p_1 = z_1 and "
      "p_k = p_(k-1) + softplus(z_k) [2]_.";
  static constexpr std::string_view formula = "sum over the quantiles q of max(q * (y - p), (q - 1) * (y - p))";
  static constexpr std::string_view source =
      "R. Koenker and G. Bassett, \"Regression Quantiles\", Econometrica 46(1), 33-50 (1978).\n"
      "Y. Park et al., \"Learning Quantile Functions without Quantile Crossing for Distribution-free Time "
      "Series Forecasting\", AISTATS (2022): quantiles as sums of nonnegative increments.";
  std::vector<double> quantiles{0.5};
  static constexpr auto settings() {
    return std::make_tuple(Setting{"quantiles", &Quantile::quantiles, range::kBetweenZeroAndOne,
                                   "The quantiles to predict, in increasing order.", false, &increases,
                                   std::string_view("at least one, in increasing order")});
  }

  static constexpr bool grouped = true;
  Index outputs_per_target() const { return static_cast<Index>(quantiles.size()); }
  /// z (K,) <- the K quantiles.
  template <class T>
  void predict_group(T* z) const {
    for (Index k = 1; k < outputs_per_target(); ++k) z[k] = z[k - 1] + outputs::Softplus::predict(z[k]);
  }
  /// z (K,) <- the gradient; returns the loss of the target y.
  template <class T>
  T evaluate_group(T* z, T y) const {
    // The predictions p increase, so that those below y come first and those above y come last.
    const Index count = outputs_per_target();
    Index below = 0, not_above = 0;
    T sum = T(0), p = z[0];
    for (Index k = 0; k < count; ++k) {
      if (k > 0) p += outputs::Softplus::predict(z[k]);
      sum += pinball(k).value(p, y);
      below += p < y ? 1 : 0;
      not_above += p <= y ? 1 : 0;
    }
    // Each score changes its own prediction and all that follow. The last p is NaN if any score is NaN.
    const T error = p - y;
    T slope = error == error ? T(0) : error;
    for (Index k = count - 1; k >= 0; --k) {
      const T tau = T(pinball(k).tau);
      slope += k < below ? -tau : (k < not_above ? T(0) : T(1) - tau);
      z[k] = k == 0 ? slope : slope * outputs::Softplus::derivative(z[k]);
    }
    return sum;
  }

 private:
  static bool increases(const std::vector<double>& all) {
    return !all.empty() && std::adjacent_find(all.begin(), all.end(), std::greater_equal<>()) == all.end();
  }
  Pinball pinball(Index k) const { return Pinball(quantiles[static_cast<std::size_t>(k)]); }
};

struct Poisson : LossDefaults {
  static constexpr std::string_view name = "poisson";
  static constexpr std::string_view summary =
      "Half the Poisson deviance, for counts and other targets whose variance is proportional to their mean.";
  static constexpr std::string_view formula = "y * log(y / p) - y + p";
  static constexpr std::string_view source =
      "P. McCullagh and J. A. Nelder, \"Generalized Linear Models\", 2nd edition (1989), section 2.3.";
  static constexpr Form form = Form::logarithm;
  using OutputActivations = outputs::Positive;
  static constexpr std::string_view why = "its predictions must be above 0";
  static constexpr std::string_view targets = "at least 0";
  static bool accepts(double y) { return y >= 0.0; }
  template <class T>
  T value(T p, T log_p, T y) const {
    const T log_ratio = y > T(0) ? elementary::log(y > T(0) ? y : T(1)) - log_p : T(0);
    return y * log_ratio - y + p;
  }
  template <class T>
  T log_derivative(T p, T, T y) const {
    return p - y;
  }
};

struct Gamma : LossDefaults {
  static constexpr std::string_view name = "gamma";
  static constexpr std::string_view summary =
      "Half the gamma deviance, for positive targets whose standard deviation is proportional to their mean.";
  static constexpr std::string_view formula = "y / p - log(y / p) - 1";
  static constexpr std::string_view source =
      "P. McCullagh and J. A. Nelder, \"Generalized Linear Models\", 2nd edition (1989), section 2.3.";
  static constexpr Form form = Form::logarithm;
  using OutputActivations = outputs::Positive;
  static constexpr std::string_view why = "its predictions must be above 0";
  static constexpr std::string_view targets = "above 0";
  static bool accepts(double y) { return y > 0.0; }
  template <class T>
  T value(T, T log_p, T y) const {
    const T log_ratio = elementary::log(y) - log_p;
    return elementary::exp(log_ratio) - log_ratio - T(1);
  }
  template <class T>
  T log_derivative(T, T log_p, T y) const {
    return T(1) - elementary::exp(elementary::log(y) - log_p);
  }
};

struct Tweedie : LossDefaults {
  static constexpr std::string_view name = "tweedie";
  static constexpr std::string_view summary =
      "Half the Tweedie deviance, for amounts of which many are 0, such as rain or claims; the variance of the targets "
      "is proportional to a power of their mean.";
  static constexpr std::string_view formula =
      "y**(2 - power) / ((1 - power) * (2 - power)) - y * p**(1 - power) / (1 - power) + p**(2 - power) / (2 - power)";
  static constexpr std::string_view source =
      "B. Jorgensen, \"Exponential Dispersion Models\", Journal of the Royal Statistical Society B 49(2), 127-162 "
      "(1987).";
  static constexpr Form form = Form::logarithm;
  // The others with predictions above 0 would take 25 kB for each level.
  using OutputActivations = std::tuple<outputs::Exp>;
  static constexpr std::string_view why = "it is computed from the logarithms of its predictions";
  static constexpr std::string_view targets = "at least 0";
  static bool accepts(double y) { return y >= 0.0; }
  double power = 1.5;
  static constexpr auto settings() {
    return std::make_tuple(Setting{"power", &Tweedie::power, range::kBetweenOneAndTwo,
                                   "The power of the mean: near 1 as for counts, near 2 as for positive amounts."});
  }
  template <class T>
  T value(T, T log_p, T y) const {
    const T one = T(1.0 - power), two = T(2.0 - power);
    return scaled(y, two * log_of(y)) / (one * two) - scaled(y, log_of(y) + one * log_p) / one +
           elementary::exp(two * log_p) / two;
  }
  template <class T>
  T log_derivative(T, T log_p, T y) const {
    return elementary::exp(T(2.0 - power) * log_p) - scaled(y, log_of(y) + T(1.0 - power) * log_p);
  }

 private:
  template <class T>
  static T log_of(T y) {
    return elementary::log(y > T(0) ? y : T(1));
  }
  /// exp(exponent), which is 0 for a target of 0.
  template <class T>
  static T scaled(T y, T exponent) {
    return y > T(0) ? elementary::exp(exponent) : y;  // NaN for NaN
  }
};

struct LogCosh : LossDefaults {
  static constexpr std::string_view name = "log_cosh";
  static constexpr std::string_view summary =
      "Close to half the squared error for small errors and to the absolute error for large ones, and smooth.";
  static constexpr std::string_view formula = "log(cosh(y - p))";
  static constexpr std::string_view source =
      "P. J. Green, \"Bayesian Reconstructions from Emission Tomography Data "
      "Using a Modified EM Algorithm\", IEEE Transactions on Medical Imaging "
      "9(1), 84-93 (1990).";
  template <class T>
  T value(T p, T y) const {
    // With t = exp(-r) - 1, cosh(r) = 1 + t^2 / (2 (1 + t)); for large r, log(cosh(r)) = r - log(2) +
    // log(1 + exp(-2 r)).
    const T r = std::abs(y - p), t = elementary::expm1_of_negative(-r);
    const bool small = r < T(1);
    const T rest = elementary::log1p_of_positive(small ? t * t / (T(2) * (T(1) + t)) : (T(1) + t) * (T(1) + t));
    return small ? rest : (r - T(0.69314718055994530942)) + rest;
  }
  template <class T>
  T derivative(T p, T y) const {
    return elementary::tanh(p - y);
  }
};

using RegressionLosses = std::tuple<SquaredError, AbsoluteError, Huber, LogCosh, Quantile, Poisson, Gamma, Tweedie>;

}  // namespace rosenblatt
