// The losses of classes: one struct for each, and their list at the end.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <tuple>

#include "rules/losses/rule.hpp"

namespace rosenblatt {

/// A loss of two classes, or of labels that are independent of each other: each output has a target of 0 or 1.
struct BinaryLoss : LossDefaults {
  static constexpr Form form = Form::score;
  static constexpr std::array tasks{Task::binary};
  static constexpr std::string_view targets = "0 or 1";
  static bool accepts(double y) { return y == 0.0 || y == 1.0; }
};

/// A loss of one class of several: the outputs of a row have one target, the index of its class.
struct MulticlassLoss : LossDefaults {
  static constexpr Form form = Form::row;
  static constexpr std::array tasks{Task::multiclass};
  using OutputActivations = std::tuple<outputs::Softmax>;
  static constexpr std::string_view why = "it is numerically stable only in one formula with the softmax";
  static constexpr bool categorical = true;
  static constexpr std::string_view targets = "the index of a class";

  // Below, z and y are (outputs, R): R rows lie side by side, so that loops over r vectorise.

  /// z <- exp(z - largest), where largest is the largest z of the row; sum <- the sum of these over the row.
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

  /// sum <- the sum of y z over the row: the score of the right class, where y is 1 for it and 0 for the others.
  template <Index R, class T>
  static void pick(const T* z, const T* y, Index outputs, T* sum) {
    std::fill_n(sum, R, T(0));
    for (Index c = 0; c < outputs; ++c)
      for (Index r = 0; r < R; ++r) sum[r] += y[c * R + r] * z[c * R + r];
  }
};

/// 1 for y = 1 and -1 for y = 0.
template <class T>
T sign_of_class(T y) {
  return T(2) * y - T(1);
}

/// The reported log loss of one target, in [eps, -log(eps)]: scikit-learn clips probabilities to [eps, 1 - eps] before
/// it takes the logarithm, and loss curves are the same as its own. The gradient is not clipped.
template <class T>
T clip_log_loss(T value) {
  constexpr T eps = std::numeric_limits<T>::epsilon();
  constexpr T largest = T(0.69314718055994530942) * (std::numeric_limits<T>::digits - 1);  // -log(eps)
  value = value < eps ? eps : value;
  return value > largest ? largest : value;
}

/// The setting of both log losses.
struct LabelSmoothing {
  double label_smoothing = 0.0;
  static constexpr auto settings() {
    return std::make_tuple(
        Setting{"label_smoothing", &LabelSmoothing::label_smoothing, range::kBelowOne,
                "The share of each target that is distributed evenly over all classes, against overconfident "
                "predictions [2]_. Without it the reported loss of one target is clipped to [eps, -log(eps)], as in "
                "scikit-learn."});
  }
};

struct BinaryLogLoss : BinaryLoss, LabelSmoothing {
  static constexpr std::string_view name = "binary_log_loss";
  static constexpr std::string_view summary = "Cross-entropy of two classes, or of independent labels.";
  static constexpr std::string_view formula = "-y * log(p) - (1 - y) * log(1 - p)";
  static constexpr std::string_view source =
      "C. M. Bishop, \"Pattern Recognition and Machine Learning\" (2006), section 4.3.\n"
      "C. Szegedy et al., \"Rethinking the Inception Architecture for Computer Vision\", CVPR (2016).";
  using OutputActivations = std::tuple<outputs::Logistic>;
  static constexpr std::string_view counterpart = "log_loss";
  using LabelSmoothing::settings;
  static constexpr std::string_view why = "it is numerically stable only in one formula with the logistic function";
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

struct LogLoss : MulticlassLoss, LabelSmoothing {
  static constexpr std::string_view name = "log_loss";
  static constexpr std::string_view summary = "Cross-entropy of one class of several.";
  static constexpr std::string_view formula = "-log(p[y])";
  static constexpr std::string_view source =
      "C. M. Bishop, \"Pattern Recognition and Machine Learning\" (2006), section 4.3.\n"
      "C. Szegedy et al., \"Rethinking the Inception Architecture for Computer Vision\", CVPR (2016).";
  static constexpr std::string_view counterpart = "binary_log_loss";
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

/// A loss of margins, for two classes or for one class against the rest.
struct MarginLoss : BinaryLoss {
  static constexpr std::array tasks{Task::binary, Task::multiclass};
  static constexpr bool margins = true;
  using OutputActivations = std::tuple<outputs::Identity>;
  static constexpr std::string_view why = "its margins are raw scores";
};

struct Hinge : MarginLoss {
  static constexpr std::string_view name = "hinge";
  static constexpr std::string_view summary =
      "The hinge loss, which is 0 from a margin of 1 on. The prediction is the raw score, above 0 for y = 1.";
  static constexpr std::string_view formula = "max(0, 1 - t * p), t = 2 * y - 1";
  static constexpr std::string_view source =
      "C. Cortes and V. Vapnik, \"Support-Vector Networks\", Machine Learning "
      "20, 273-297 (1995).";
  template <class T>
  T value(T z, T y) const {
    const T violation = T(1) - sign_of_class(y) * z;
    return violation < T(0) ? T(0) : violation;
  }
  template <class T>
  T gradient(T z, T y) const {
    const T violation = T(1) - sign_of_class(y) * z;
    return violation > T(0) ? -sign_of_class(y) : (violation <= T(0) ? T(0) : violation);
  }
};

struct SquaredHinge : MarginLoss {
  static constexpr std::string_view name = "squared_hinge";
  static constexpr std::string_view summary =
      "The square of the hinge loss: smooth, with a larger penalty for large violations of the margin.";
  static constexpr std::string_view formula = "max(0, 1 - t * p)**2, t = 2 * y - 1";
  static constexpr std::string_view source =
      "R.-E. Fan et al., \"LIBLINEAR: A Library for Large Linear "
      "Classification\", JMLR 9, 1871-1874 (2008).";
  template <class T>
  T value(T z, T y) const {
    const T violation = Hinge().value(z, y);
    return violation * violation;
  }
  template <class T>
  T gradient(T z, T y) const {
    return T(-2) * sign_of_class(y) * Hinge().value(z, y);
  }
};

/// The setting of both focal losses.
struct Focusing {
  double gamma = 2.0;
  static constexpr auto settings() {
    return std::make_tuple(
        Setting{"gamma", &Focusing::gamma, range::kNotNegative,
                "The exponent of the factor that reduces the loss of well-classified samples; 0 is cross-entropy."});
  }
  static constexpr std::string_view kSource =
      "T.-Y. Lin et al., \"Focal Loss for Dense Object Detection\", ICCV (2017).";
};

struct BinaryFocal : BinaryLoss, Focusing {
  static constexpr std::string_view name = "binary_focal";
  static constexpr std::string_view summary =
      "Focal loss of two classes, or of independent labels: cross-entropy with less weight on well-classified samples.";
  static constexpr std::string_view formula = "-(1 - q)**gamma * log(q), q = p if y == 1 else 1 - p";
  static constexpr std::string_view source = kSource;
  using OutputActivations = std::tuple<outputs::Logistic>;
  static constexpr std::string_view counterpart = "focal";
  using Focusing::settings;
  static constexpr std::string_view why = "it is numerically stable only in one formula with the logistic function";
  template <class T>
  T value(T z, T y) const {
    const Probability<T> right(sign_of_class(y) * z);
    return elementary::exp(T(gamma) * right.log_miss) * -right.log_q;
  }
  template <class T>
  T gradient(T z, T y) const {
    const Probability<T> right(sign_of_class(y) * z);
    const T slope = (T(gamma) * right.q) * right.log_q - right.miss;
    return sign_of_class(y) * (elementary::exp(T(gamma) * right.log_miss) * slope);
  }

 private:
  /// The probability of the right class, q = logistic(s), miss = 1 - q, and their logarithms.
  template <class T>
  struct Probability {
    T q, miss, log_q, log_miss;
    explicit Probability(T s) {
      const T t = elementary::exp(-std::abs(s)), log1p_t = elementary::log1p_of_positive(t);
      q = (s < T(0) ? t : T(1)) / (T(1) + t);
      miss = (s < T(0) ? T(1) : t) / (T(1) + t);
      log_q = (s < T(0) ? s : T(0)) - log1p_t;
      log_miss = (s < T(0) ? T(0) : -s) - log1p_t;
    }
  };
};

struct Focal : MulticlassLoss, Focusing {
  static constexpr std::string_view name = "focal";
  static constexpr std::string_view summary =
      "Focal loss of one class of several: cross-entropy with less weight on well-classified samples.";
  static constexpr std::string_view formula = "-(1 - p[y])**gamma * log(p[y])";
  static constexpr std::string_view source = kSource;
  static constexpr std::string_view counterpart = "binary_focal";
  using Focusing::settings;

  /// z <- the gradient; loss <- the loss, for targets y that are 1 for one class and 0 for the others.
  template <Index R, class T>
  void evaluate(T* z, const T* y, Index outputs, T* loss) const {
    T score[R], largest[R], sum[R];
    pick<R>(z, y, outputs, score);
    exponentials<R>(z, outputs, largest, sum);
    // The sums without the right class and without the largest score: near q = 1, 1 - q and log(q) are accurate by
    // them.
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
      // miss^gamma, and log(q) / miss, which tends to -1 as miss tends to 0.
      const T weight = g == T(0) ? T(1) : elementary::exp(g * elementary::log(miss[r]));
      const T ratio = miss[r] == T(0) ? T(-1) : log_q / miss[r];
      slope[r] = weight * (g * q * ratio - T(1));
      loss[r] = -weight * log_q;
    }
    for (Index c = 0; c < outputs; ++c)
      for (Index r = 0; r < R; ++r) z[c * R + r] = slope[r] * (y[c * R + r] == T(0) ? -z[c * R + r] / sum[r] : miss[r]);
  }
};

using ClassificationLosses = std::tuple<LogLoss, BinaryLogLoss, Focal, BinaryFocal, Hinge, SquaredHinge>;

}  // namespace rosenblatt
