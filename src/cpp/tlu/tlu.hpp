// Threshold logic units: the perceptron rule in its first form, one instance at a time, and Novikoff's bound for it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <tuple>
#include <vector>

#include "base/types.hpp"

namespace rosenblatt::tlu {

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

/// A layer of units over rows of inputs; all matrices row-major.
template <class T>
struct Layer {
  const T* X;  // (n_samples, n_features)
  Index n_samples, n_features;
  const std::uint8_t* active;  // (n_samples, n_outputs): should the output be active? null: not known
  Index n_outputs;

  bool should_be_active(Index i, Index j) const { return active[i * n_outputs + j] != 0; }
};

enum class Stopped { converged, max_iter, overflow, interrupted };

struct Training {
  Stopped stopped = Stopped::converged;
  std::vector<std::int64_t> errors;  // (n_epochs, n_outputs), row-major: errors, each of which was an update
};

/// The rule, for each row i and every output j, in place in W (n_outputs, n_features) and b (n_outputs):
///   w_j += eta (y_j - step(z_j)) x_i,   b_j += eta (y_j - step(z_j))   if fit_intercept.
/// Stops after the first epoch without an error. Outputs do not influence each other, and one that had an epoch
/// without an error will never change again, so it is left alone from then on.
/// next_order() gives the rows' order of an epoch, n_samples valid indices, or null for the order in X.
template <class T>
Training train(const std::string& step, const Layer<T>& layer, T* W, T* b, T eta, bool fit_intercept,
               std::int64_t max_iter, const std::function<const std::int64_t*()>& next_order,
               const std::function<bool()>& interrupted);

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
template <class T>
Separation separation(const std::string& step, const Layer<T>& layer, const T* W, const T* b, bool fit_intercept,
                      const std::function<bool()>& interrupted);

/// z (n_samples, n_outputs) <- X W^T + b, rounded as training rounds it.
template <class T>
void scores(const Layer<T>& layer, const T* W, const T* b, T* z);

}  // namespace rosenblatt::tlu
