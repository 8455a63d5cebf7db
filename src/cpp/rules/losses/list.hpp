// The loss functions: one struct an entry, one list at the end.
//
// A loss works from raw scores z together with its output activation, and takes only those output activations that make
// sense with it, so that an unstable or wrong pair cannot be chosen. To add one, write its struct and name it in
// LossList: names, settings, messages and documentation in Python are read from there.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <tuple>
#include <vector>

#include "rules/output_activations.hpp"
#include "base/types.hpp"

namespace rosenblatt {

/// What a loss's value and gradient are written by: one prediction p; one p and its logarithm; one raw score z; or all
/// raw scores of a row, for some rows side by side.
enum class Form { prediction, logarithm, score, row };

/// What losses say about themselves, unless they say otherwise.
struct LossDefaults {
  static constexpr Form form = Form::prediction;
  /// The output activations that it takes, its default first, and why it takes no others.
  using OutputActivations = outputs::OfNumbers;
  static constexpr std::string_view why = "it is a loss of one number at a time";
  /// Whether targets are one class of many for each row.
  static constexpr bool categorical = false;
  /// Which targets it is defined for, in words and as a predicate.
  static constexpr std::string_view targets = "any number";
  static bool accepts(double) { return true; }
  /// Calls visit(name, value, valid(value), what is accepted, what it means) for each setting, a double or a vector.
  template <class Visit>
  void settings(Visit&&) {}
  /// Losses with several outputs for a target also have predict_group and evaluate_group, of the outputs of a target.
  static constexpr bool grouped = false;
  Index outputs_per_target() const { return 1; }
};

/// Of losses for yes-or-no answers, each output on its own.
struct YesOrNo : LossDefaults {
  static constexpr Form form = Form::score;
  static constexpr std::string_view targets = "0 or 1";
  static bool accepts(double y) { return y == 0.0 || y == 1.0; }
};

/// 1 for y = 1 and -1 for y = 0, the classes of hinge losses.
template <class T>
T sign_of_class(T y) {
  return T(2) * y - T(1);
}

struct SquaredError : LossDefaults {
  static constexpr std::string_view name = "squared_error";
  static constexpr std::string_view summary = "Half the squared error, of the mean.";
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
  static constexpr std::string_view summary = "The absolute error, of the median. Its derivative at 0 is taken as 0.";
  static constexpr std::string_view formula = "abs(y - p)";
  static constexpr std::string_view source = "P. Bloomfield and W. L. Steiger, \"Least Absolute Deviations\" (1983).";
  template <class T>
  T value(T p, T y) const {
    return std::abs(p - y);
  }
  template <class T>
  T derivative(T p, T y) const {
    const T error = p - y;
    return error > T(0) ? T(1) : (error < T(0) ? T(-1) : error);  // 0 and NaN are their own derivatives
  }
};

struct Huber : LossDefaults {
  static constexpr std::string_view name = "huber";
  static constexpr std::string_view summary =
      "Half the squared error up to ``delta`` and linear beyond: few outliers "
      "do not spoil a fit.";
  static constexpr std::string_view formula = "r**2 / 2 if r <= delta else delta * (r - delta / 2), r = abs(y - p)";
  static constexpr std::string_view source =
      "P. J. Huber, \"Robust Estimation of a Location Parameter\", Annals of "
      "Mathematical Statistics 35(1), 73-101 (1964).";
  double delta = 1.0;
  template <class Visit>
  void settings(Visit&& visit) {
    visit(
        "delta", delta, [](double d) { return d > 0.0 && std::isfinite(d); }, "a finite number above 0",
        "The error from which on the loss is linear.");
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

/// One quantile: tau (y - p) where the prediction is too low, (1 - tau) (p - y) where it is too high.
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
      "The pinball loss, of a quantile; several quantiles at once never cross.\n\n"
      "For K > 1 quantiles a network has K outputs for each target, p_1 = z_1 and "
      "p_k = p_(k-1) + softplus(z_k) [2]_.";
  static constexpr std::string_view formula = "sum over the quantiles q of max(q * (y - p), (q - 1) * (y - p))";
  static constexpr std::string_view source =
      "R. Koenker and G. Bassett, \"Regression Quantiles\", Econometrica 46(1), 33-50 (1978).\n"
      "Y. Park et al., \"Learning Quantile Functions without Quantile Crossing for Distribution-free Time "
      "Series Forecasting\", AISTATS (2022): quantiles as sums of increments that are not negative.";
  std::vector<double> quantiles{0.5};
  template <class Visit>
  void settings(Visit&& visit) {
    const auto valid = [](const std::vector<double>& all) {
      double last = 0.0;
      for (const double q : all) {
        if (!(q > last && q < 1.0)) return false;
        last = q;
      }
      return !all.empty();
    };
    visit("quantiles", quantiles, valid, "numbers between 0 and 1, each above the one before", "Which quantiles.");
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
    // The predictions p ascend: first come those below y, last those above it.
    const Index count = outputs_per_target();
    Index below = 0, not_above = 0;
    T sum = T(0), p = z[0];
    for (Index k = 0; k < count; ++k) {
      if (k > 0) p += outputs::Softplus::predict(z[k]);
      sum += pinball(k).value(p, y);
      below += p < y ? 1 : 0;
      not_above += p <= y ? 1 : 0;
    }
    // Each score moves its own prediction and all that follow. The last p is NaN if any score is.
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
  Pinball pinball(Index k) const { return Pinball(quantiles[static_cast<std::size_t>(k)]); }
};

struct Poisson : LossDefaults {
  static constexpr std::string_view name = "poisson";
  static constexpr std::string_view summary =
      "Half the Poisson deviance, of the mean of counts and other targets that spread as their mean grows.";
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
      "Half the gamma deviance, of the mean of amounts whose relative spread is the same everywhere.";
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

struct LogCosh : LossDefaults {
  static constexpr std::string_view name = "log_cosh";
  static constexpr std::string_view summary =
      "Near half the squared error for small errors and the absolute error "
      "for large ones, and smooth.";
  static constexpr std::string_view formula = "log(cosh(y - p))";
  static constexpr std::string_view source =
      "P. J. Green, \"Bayesian Reconstructions from Emission Tomography Data "
      "Using a Modified EM Algorithm\", IEEE Transactions on Medical Imaging "
      "9(1), 84-93 (1990).";
  template <class T>
  T value(T p, T y) const {
    // With t = exp(-r) - 1: cosh(r) = 1 + t^2 / (2 (1 + t)), and for large r, log(cosh(r)) = r - log(2) + log(1 +
    // exp(-2 r)).
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

/// The reported log loss of one answer, at most -log(eps) and at least eps: scikit-learn clips probabilities to
/// [eps, 1 - eps] before it takes the logarithm, and loss curves are to be the same. The gradient is not clipped.
template <class T>
T clip_log_loss(T value) {
  constexpr T eps = std::numeric_limits<T>::epsilon();
  constexpr T largest = T(0.69314718055994530942) * (std::numeric_limits<T>::digits - 1);  // -log(eps)
  value = value < eps ? eps : value;
  return value > largest ? largest : value;
}

/// The setting that both log losses share.
struct LabelSmoothing {
  double label_smoothing = 0.0;
  template <class Visit>
  void settings(Visit&& visit) {
    visit(
        "label_smoothing", label_smoothing, [](double s) { return s >= 0.0 && s < 1.0; }, "a number in [0, 1)",
        "The share of each target that is spread evenly over all classes, which keeps a network from growing too sure "
        "[2]_. Without it the reported loss of one answer is at least eps and at most -log(eps), as in scikit-learn.");
  }
};

struct BinaryLogLoss : YesOrNo, LabelSmoothing {
  static constexpr std::string_view name = "binary_log_loss";
  static constexpr std::string_view summary = "Cross-entropy of independent yes-or-no answers.";
  static constexpr std::string_view formula = "-y * log(p) - (1 - y) * log(1 - p)";
  static constexpr std::string_view source =
      "C. M. Bishop, \"Pattern Recognition and Machine Learning\" (2006), section 4.3.\n"
      "C. Szegedy et al., \"Rethinking the Inception Architecture for Computer Vision\", CVPR (2016).";
  using OutputActivations = std::tuple<outputs::Logistic>;
  using LabelSmoothing::settings;
  static constexpr std::string_view why = "it is stable only together with its own logistic";
  static constexpr std::string_view targets = "from 0 to 1";
  static bool accepts(double y) { return y >= 0.0 && y <= 1.0; }
  template <class T>
  T value(T z, T y) const {
    const T target = smooth(y), positive = z < T(0) ? T(0) : z;
    const T value = (positive - target * z) + elementary::log1p_of_positive(elementary::exp(-std::abs(z)));
    return label_smoothing > 0.0 ? value : clip_log_loss(value);
  }
  template <class T>
  T gradient(T z, T y) const {
    return elementary::logistic(z) - smooth(y);
  }

 private:
  template <class T>
  T smooth(T y) const {
    return y * T(1.0 - label_smoothing) + T(0.5 * label_smoothing);
  }
};

/// What losses of one answer of many share.
struct OneOfMany : LossDefaults {
  static constexpr Form form = Form::row;
  using OutputActivations = std::tuple<outputs::Softmax>;
  static constexpr std::string_view why = "it is stable only together with its own softmax";
  static constexpr bool categorical = true;
  static constexpr std::string_view targets = "the index of a class";

  // In all of the following, R rows lie side by side, z and y are (outputs, R), so that loops over r vectorise.

  /// z <- exp(z - largest), with the largest z of each row; sum <- the sum of these.
  template <Index R, class T>
  static void exponentials(T* z, Index outputs, T* largest, T* sum) {
    for (Index r = 0; r < R; ++r) largest[r] = z[r];
    for (Index c = 1; c < outputs; ++c)
      for (Index r = 0; r < R; ++r) largest[r] = z[c * R + r] > largest[r] ? z[c * R + r] : largest[r];
    for (Index c = 0; c < outputs; ++c)
      for (Index r = 0; r < R; ++r) z[c * R + r] = elementary::exp(z[c * R + r] - largest[r]);
    std::fill_n(sum, R, T(0));
    for (Index c = 0; c < outputs; ++c)
      for (Index r = 0; r < R; ++r) sum[r] += z[c * R + r];
  }

  /// z <- softmax(z).
  template <Index R, class T>
  void predict(T* z, Index outputs) const {
    T largest[R], sum[R];
    exponentials<R>(z, outputs, largest, sum);
    for (Index c = 0; c < outputs; ++c)
      for (Index r = 0; r < R; ++r) z[c * R + r] /= sum[r];
  }

  /// sum <- the sum of y z, which for targets that are 1 for one class and 0 for the others is that class's score.
  template <Index R, class T>
  static void pick(const T* z, const T* y, Index outputs, T* sum) {
    std::fill_n(sum, R, T(0));
    for (Index c = 0; c < outputs; ++c)
      for (Index r = 0; r < R; ++r) sum[r] += y[c * R + r] * z[c * R + r];
  }
};

struct LogLoss : OneOfMany, LabelSmoothing {
  static constexpr std::string_view name = "log_loss";
  static constexpr std::string_view summary = "Cross-entropy of one class of many.";
  static constexpr std::string_view formula = "-log(p[y])";
  static constexpr std::string_view source =
      "C. M. Bishop, \"Pattern Recognition and Machine Learning\" (2006), section 4.3.\n"
      "C. Szegedy et al., \"Rethinking the Inception Architecture for Computer Vision\", CVPR (2016).";
  using LabelSmoothing::settings;

  /// z <- p - y; loss <- log(sum_c exp z_c) - sum_c y_c z_c for targets y that sum to 1.
  template <Index R, class T>
  void evaluate(T* z, const T* y, Index outputs, T* loss) const {
    T picked[R], largest[R], sum[R];
    pick<R>(z, y, outputs, picked);
    if (label_smoothing > 0.0) return smoothed<R>(z, y, outputs, picked, loss);
    exponentials<R>(z, outputs, largest, sum);
    for (Index c = 0; c < outputs; ++c)
      for (Index r = 0; r < R; ++r) z[c * R + r] = z[c * R + r] / sum[r] - y[c * R + r];
    for (Index r = 0; r < R; ++r) loss[r] = clip_log_loss(elementary::log(sum[r]) + (largest[r] - picked[r]));
  }

 private:
  template <Index R, class T>
  void smoothed(T* z, const T* y, Index outputs, const T* picked, T* loss) const {
    const T kept = T(1.0 - label_smoothing), spread = T(label_smoothing / static_cast<double>(outputs));
    T mean[R] = {}, largest[R], sum[R];
    for (Index c = 0; c < outputs; ++c)
      for (Index r = 0; r < R; ++r) mean[r] += z[c * R + r] / T(outputs);
    exponentials<R>(z, outputs, largest, sum);
    for (Index c = 0; c < outputs; ++c)
      for (Index r = 0; r < R; ++r) z[c * R + r] = z[c * R + r] / sum[r] - (kept * y[c * R + r] + spread);
    for (Index r = 0; r < R; ++r)
      loss[r] = elementary::log(sum[r]) + kept * (largest[r] - picked[r]) + T(label_smoothing) * (largest[r] - mean[r]);
  }
};

struct Hinge : YesOrNo {
  static constexpr std::string_view name = "hinge";
  static constexpr std::string_view summary =
      "The hinge loss of yes-or-no answers, which asks for a margin of 1; the "
      "prediction is the raw score, above 0 for yes.";
  static constexpr std::string_view formula = "max(0, 1 - t * p), t = 2 * y - 1";
  static constexpr std::string_view source =
      "C. Cortes and V. Vapnik, \"Support-Vector Networks\", Machine Learning "
      "20, 273-297 (1995).";
  using OutputActivations = std::tuple<outputs::Identity>;
  static constexpr std::string_view why = "its margin is one of raw scores";
  template <class T>
  T value(T z, T y) const {
    const T lack = T(1) - sign_of_class(y) * z;
    return lack < T(0) ? T(0) : lack;
  }
  template <class T>
  T gradient(T z, T y) const {
    const T lack = T(1) - sign_of_class(y) * z;
    return lack > T(0) ? -sign_of_class(y) : (lack <= T(0) ? T(0) : lack);
  }
};

struct SquaredHinge : YesOrNo {
  static constexpr std::string_view name = "squared_hinge";
  static constexpr std::string_view summary = "The square of the hinge loss: smooth, and harder on wide misses.";
  static constexpr std::string_view formula = "max(0, 1 - t * p)**2, t = 2 * y - 1";
  static constexpr std::string_view source =
      "R.-E. Fan et al., \"LIBLINEAR: A Library for Large Linear "
      "Classification\", JMLR 9, 1871-1874 (2008).";
  using OutputActivations = std::tuple<outputs::Identity>;
  static constexpr std::string_view why = "its margin is one of raw scores";
  template <class T>
  T value(T z, T y) const {
    const T lack = Hinge().value(z, y);
    return lack * lack;
  }
  template <class T>
  T gradient(T z, T y) const {
    return T(-2) * sign_of_class(y) * Hinge().value(z, y);
  }
};

/// The setting that both focal losses share.
struct Focus {
  double gamma = 2.0;
  template <class Visit>
  void settings(Visit&& visit) {
    visit(
        "gamma", gamma, [](double g) { return g >= 0.0 && std::isfinite(g); }, "a finite number of at least 0",
        "How much less answers count that are right already; 0 is cross-entropy.");
  }
  static constexpr std::string_view kSource =
      "T.-Y. Lin et al., \"Focal Loss for Dense Object Detection\", ICCV (2017).";
};

struct BinaryFocal : YesOrNo, Focus {
  static constexpr std::string_view name = "binary_focal";
  static constexpr std::string_view summary =
      "Focal loss of independent yes-or-no answers: cross-entropy that hard "
      "answers dominate.";
  static constexpr std::string_view formula = "-(1 - q)**gamma * log(q), q = p if y == 1 else 1 - p";
  static constexpr std::string_view source = kSource;
  using OutputActivations = std::tuple<outputs::Logistic>;
  using Focus::settings;
  static constexpr std::string_view why = "it is stable only together with its own logistic";
  template <class T>
  T value(T z, T y) const {
    const Answer<T> answer(sign_of_class(y) * z);
    return elementary::exp(T(gamma) * answer.log_miss) * -answer.log_q;
  }
  template <class T>
  T gradient(T z, T y) const {
    const Answer<T> answer(sign_of_class(y) * z);
    const T slope = (T(gamma) * answer.q) * answer.log_q - answer.miss;
    return sign_of_class(y) * (elementary::exp(T(gamma) * answer.log_miss) * slope);
  }

 private:
  /// The right answer's probability q = logistic(s), miss = 1 - q, and their logarithms.
  template <class T>
  struct Answer {
    T q, miss, log_q, log_miss;
    explicit Answer(T s) {
      const T t = elementary::exp(-std::abs(s)), log1p_t = elementary::log1p_of_positive(t);
      q = (s < T(0) ? t : T(1)) / (T(1) + t);
      miss = (s < T(0) ? T(1) : t) / (T(1) + t);
      log_q = (s < T(0) ? s : T(0)) - log1p_t;
      log_miss = (s < T(0) ? T(0) : -s) - log1p_t;
    }
  };
};

struct Focal : OneOfMany, Focus {
  static constexpr std::string_view name = "focal";
  static constexpr std::string_view summary = "Focal loss of one class of many: cross-entropy that hard rows dominate.";
  static constexpr std::string_view formula = "-(1 - p[y])**gamma * log(p[y])";
  static constexpr std::string_view source = kSource;
  using Focus::settings;

  /// z <- the gradient; loss <- the loss, for targets y that are 1 for one class and 0 for the others.
  template <Index R, class T>
  void evaluate(T* z, const T* y, Index outputs, T* loss) const {
    T score[R], largest[R], sum[R];
    pick<R>(z, y, outputs, score);
    exponentials<R>(z, outputs, largest, sum);
    // Sums without the right class, and without the largest score: 1 - q and log(q) keep their digits near q = 1.
    T wrong[R] = {}, others[R] = {}, skipped[R] = {};
    for (Index c = 0; c < outputs; ++c)
      for (Index r = 0; r < R; ++r) {
        const T e = z[c * R + r];
        wrong[r] += y[c * R + r] == T(0) ? e : T(0);
        const bool top = skipped[r] == T(0) && e == T(1);
        others[r] += top ? T(0) : e;
        skipped[r] = top ? T(1) : skipped[r];
      }
    const T g = T(gamma);
    T miss[R], slope[R];
    for (Index r = 0; r < R; ++r) {
      const T log_q = (score[r] - largest[r]) - elementary::log1p_of_positive(others[r]), q = elementary::exp(log_q);
      miss[r] = wrong[r] / sum[r];
      // miss^gamma, and log(q) / miss, whose limit at 0 is -1.
      const T weight = g == T(0) ? T(1) : elementary::exp(g * elementary::log(miss[r]));
      const T ratio = miss[r] == T(0) ? T(-1) : log_q / miss[r];
      slope[r] = weight * (g * q * ratio - T(1));
      loss[r] = -weight * log_q;
    }
    for (Index c = 0; c < outputs; ++c)
      for (Index r = 0; r < R; ++r) z[c * R + r] = slope[r] * (y[c * R + r] == T(0) ? -z[c * R + r] / sum[r] : miss[r]);
  }
};

using LossList = std::tuple<SquaredError, Poisson, BinaryLogLoss, LogLoss, AbsoluteError, Huber, Quantile, Gamma,
                            LogCosh, Hinge, SquaredHinge, BinaryFocal, Focal>;

}  // namespace rosenblatt
