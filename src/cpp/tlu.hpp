// Threshold logic units: the perceptron rule in its first form, one instance at a time, and Novikoff's bound for it.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <numeric>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "interrupt.hpp"
#include "types.hpp"

namespace rosenblatt::tlu {

template <class T>
using RowMajor = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// A step function: its name, the target of an output that should be inactive (an active one has target 1), and the
// factor before (R / gamma)^2 in the bound on the number of updates; see separation() for the latter.
struct Heaviside {
  static constexpr const char* name = "heaviside";
  static constexpr int inactive = 0;
  static constexpr double bound_factor = 1.0;
  template <class T>
  static int value(T z) {
    return z >= T(0) ? 1 : 0;
  }
};

// sign(0) = 0 equals neither target, so a row on the hyperplane is an error, with half the usual update.
struct Sign {
  static constexpr const char* name = "sign";
  static constexpr int inactive = -1;
  static constexpr double bound_factor = 9.0 / 8.0;
  template <class T>
  static int value(T z) {
    return (z > T(0)) - (z < T(0));
  }
};

using Steps = std::tuple<Heaviside, Sign>;

/// Calls visitor(step) for the step of this name; false if there is none.
template <class Visitor>
bool visit_step(const std::string& name, Visitor&& visitor) {
  return std::apply([&](auto... step) { return ((name == step.name && (visitor(step), true)) || ...); }, Steps{});
}

/// A layer of units over rows of inputs. Shapes: W (n_outputs, n_features), b (n_outputs).
template <class T>
struct Layer {
  Eigen::Map<const RowMajor<T>> X;  // (n_samples, n_features)
  const std::uint8_t* active;       // (n_samples, n_outputs), row-major: should the output be active? null: not known
  Index n_outputs;

  bool should_be_active(Index i, Index j) const { return active[i * n_outputs + j] != 0; }
};

/// z = x_i . w_j + b_j. Training, margins and predictions all ask here: a row on the hyperplane must not be judged by
/// two different roundings.
template <class T, class Weights, class Bias>
T score(const Layer<T>& layer, const Weights& W, const Bias& b, Index i, Index j) {
  return layer.X.row(i).dot(W.row(j)) + b[j];
}

/// Looks at the poll's clock once for roughly 10^5 multiply-adds, which take well below a millisecond.
class Pace {
 public:
  explicit Pace(std::function<bool()> interrupted) : poll_(std::move(interrupted)) {}
  bool interrupted_after(Index work) {
    left_ -= work;
    if (left_ > 0) return false;
    left_ = budget;
    return poll_.stop();
  }

 private:
  static constexpr Index budget = 100000;
  Poll poll_;
  Index left_ = budget;
};

enum class Stopped { converged, max_iter, overflow, interrupted };

struct Training {
  Stopped stopped;
  std::vector<std::int64_t> errors;  // (n_epochs, n_outputs), row-major: errors, each of which was an update
};

/// The rule, for each row i and every output j, in place in W and b:
///   w_j += eta (y_j - step(z_j)) x_i,   b_j += eta (y_j - step(z_j))   if fit_intercept.
/// Stops after the first epoch without an error. Outputs do not influence each other, and one that had an epoch
/// without an error will never change again, so it is left alone from then on.
/// next_order() gives the rows' order of an epoch, n_samples valid indices, or null for the order in X.
template <class Step, class T>
Training train(Step, const Layer<T>& layer, Eigen::Map<RowMajor<T>> W,
               Eigen::Map<Eigen::Matrix<T, 1, Eigen::Dynamic>> b, T eta, bool fit_intercept, std::int64_t max_iter,
               const std::function<const std::int64_t*()>& next_order, const std::function<bool()>& interrupted) {
  const Index n_samples = layer.X.rows();
  Training result{Stopped::max_iter, {}};
  std::vector<Index> learning(static_cast<std::size_t>(layer.n_outputs));
  std::iota(learning.begin(), learning.end(), Index{0});
  Pace pace(interrupted);
  for (std::int64_t epoch = 0; epoch < max_iter; ++epoch) {
    const std::int64_t* const order = next_order();
    result.errors.resize(result.errors.size() + static_cast<std::size_t>(layer.n_outputs), 0);
    std::int64_t* const errors = result.errors.data() + result.errors.size() - layer.n_outputs;
    const Index work = static_cast<Index>(learning.size()) * (layer.X.cols() + 1);
    for (Index position = 0; position < n_samples; ++position) {
      const Index i = order ? static_cast<Index>(order[position]) : position;
      for (const Index j : learning) {
        const T z = score(layer, W, b, i, j);
        if (!std::isfinite(z)) {
          result.stopped = Stopped::overflow;
          return result;
        }
        const int error = (layer.should_be_active(i, j) ? 1 : Step::inactive) - Step::value(z);
        if (error != 0) {
          const T change = eta * static_cast<T>(error);
          W.row(j) += change * layer.X.row(i);
          if (fit_intercept) b[j] += change;
          ++errors[j];
        }
      }
      if (pace.interrupted_after(work)) {
        result.stopped = Stopped::interrupted;
        return result;
      }
    }
    learning.erase(std::remove_if(learning.begin(), learning.end(), [&](Index j) { return errors[j] == 0; }),
                   learning.end());
    if (learning.empty()) {
      result.stopped = Stopped::converged;
      return result;
    }
  }
  // An update of the last row is seen by no score.
  if (!W.allFinite() || !b.allFinite()) result.stopped = Stopped::overflow;
  return result;
}

struct Separation {
  bool interrupted = false;
  std::vector<double> margins;  // (n_outputs)
  std::vector<double> bounds;   // (n_outputs)
};

/// The margin of each output's hyperplane, gamma_j = min_i t_ij z_ij / |(w_j, b_j)| with t = +1 or -1, and Novikoff's
/// bound on the number of updates from zero weights, factor (R / gamma_j)^2 with R = max_i |(x_i, 1)|; without
/// intercept both norms are those of w_j and x_i. Not a number for an output that errs on some row.
///
/// Why factor: after a updates by eta and c updates by 2 eta, |w| >= w.u >= eta gamma (a + 2 c) for every unit
/// separator u, and |w|^2 <= eta^2 R^2 (a + 4 c), since each update is made where t z <= 0. So (a + 2 c)^2 / (a + 4 c)
/// <= (R / gamma)^2. The heaviside step makes updates of one size only, and the left side is their number. With the
/// sign step it is at least 8/9 of a + c (equal for a = 2 c).
template <class Step, class T, class Weights, class Bias>
Separation separation(Step, const Layer<T>& layer, const Weights& W, const Bias& b, bool fit_intercept,
                      const std::function<bool()>& interrupted) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double inf = std::numeric_limits<double>::infinity();
  Separation result;
  result.margins.assign(static_cast<std::size_t>(layer.n_outputs), inf);
  double radius = 0;
  Pace pace(interrupted);
  for (Index i = 0; i < layer.X.rows(); ++i) {
    const double norm = layer.X.row(i).template cast<double>().stableNorm();
    radius = std::max(radius, fit_intercept ? std::hypot(norm, 1.0) : norm);
    for (Index j = 0; j < layer.n_outputs; ++j) {
      const T z = score(layer, W, b, i, j);
      const bool active = layer.should_be_active(i, j);
      double& margin = result.margins[static_cast<std::size_t>(j)];
      if (Step::value(z) != (active ? 1 : Step::inactive)) {
        margin = nan;
      } else if (!std::isnan(margin)) {
        margin = std::min(margin, std::abs(static_cast<double>(z)));
      }
    }
    if ((result.interrupted = pace.interrupted_after((layer.n_outputs + 1) * (layer.X.cols() + 1)))) return result;
  }
  for (Index j = 0; j < layer.n_outputs; ++j) {
    double& margin = result.margins[static_cast<std::size_t>(j)];
    const double norm =
        std::hypot(W.row(j).template cast<double>().stableNorm(), fit_intercept ? static_cast<double>(b[j]) : 0.0);
    if (margin > 0) margin /= norm;
    const double ratio = radius / margin;
    result.bounds.push_back(margin == 0 ? inf : Step::bound_factor * ratio * ratio);
  }
  return result;
}

}  // namespace rosenblatt::tlu
