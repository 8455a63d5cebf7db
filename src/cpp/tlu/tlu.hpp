// Threshold logic units: Rosenblatt's original perceptron rule, one instance at a time, and Novikoff's bound on it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <tuple>
#include <vector>

#include "base/api.hpp"
#include "base/types.hpp"

namespace rosenblatt::tlu {

// A step function has a name, the target of an inactive output (an active output has target 1), and the factor of
// (R / gamma)^2 in the bound on the number of updates (see separation()).
struct Heaviside {
  static constexpr const char* name = "heaviside";
  static constexpr int inactive = 0;
  static constexpr double bound_factor = 1.0;
  template <class T>
  static int value(T z) {
    return z >= T(0) ? 1 : 0;
  }
};

// sign(0) = 0 equals neither target, so a row on the hyperplane is an error, and its update is half as large.
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

/// Calls visitor(step) for the step function of this name; returns whether there is one.
template <class Visitor>
bool visit_step(const std::string& name, Visitor&& visitor) {
  return std::apply([&](auto... step) { return ((name == step.name && (visitor(step), true)) || ...); }, Steps{});
}

/// The rows of inputs, dense or CSR, and for each output whether it should be active, row-major. No column repeats in a
/// CSR row.
template <class T>
struct Instances {
  Table<T> inputs;
  const std::uint8_t* active;  // (n_samples, n_outputs): whether the output should be active; null if not known
  Index n_outputs;

  bool should_be_active(Index i, Index j) const { return active[i * n_outputs + j] != 0; }
};

enum class Stopped { converged, max_iter, overflow, interrupted };

struct Training {
  Stopped stopped = Stopped::converged;
  std::vector<std::int64_t> errors;  // (n_epochs, n_outputs), row-major: the number of errors, each with one update
};

/// Trains W (n_outputs, n_features) and b (n_outputs) in place: for each row i and each output j,
///   w_j += eta (y_j - step(z_j)) x_i,   b_j += eta (y_j - step(z_j))   if fit_intercept.
/// Stops after the first epoch without an error. Outputs are independent, and an output without errors in an epoch
/// never changes again, so it is skipped from then on. next_order() returns the order of the rows in an epoch,
/// a valid index for each row, or null for the order in the table.
template <class T>
ROSENBLATT_API Training train(const std::string& step, const Instances<T>& instances, T* W, T* b, T eta,
                              bool fit_intercept, std::int64_t max_iter,
                              const std::function<const std::int64_t*()>& next_order,
                              const std::function<bool()>& interrupted);

struct Separation {
  bool interrupted = false;
  std::vector<double> margins;  // (n_outputs)
  std::vector<double> bounds;   // (n_outputs)
};

/// Returns for each output the margin of its hyperplane, gamma_j = min_i t_ij z_ij / |(w_j, b_j)| with t = +1 or -1,
/// and Novikoff's bound on the number of updates from zero weights, bound_factor (R / gamma_j)^2 with R = max_i |(x_i,
/// 1)|. Without intercept the norms are those of w_j and x_i. Both are NaN for an output with an error on some row.
///
/// The factor: after a updates by eta and c updates by 2 eta, |w| >= w.u >= eta gamma (a + 2 c) for every separating
/// unit vector u, and |w|^2 <= eta^2 R^2 (a + 4 c), since t z <= 0 at each update. So (a + 2 c)^2 / (a + 4 c) <=
/// (R / gamma)^2. All updates of the heaviside step have one size, so the left side is their number. With the sign step
/// the left side is at least 8/9 of a + c (equal for a = 2 c).
template <class T>
ROSENBLATT_API Separation separation(const std::string& step, const Instances<T>& instances, const T* W, const T* b,
                                     bool fit_intercept, const std::function<bool()>& interrupted);

/// z (n_samples, n_outputs) = X W^T + b, with the rounding of train().
template <class T>
ROSENBLATT_API void scores(const Instances<T>& instances, const T* W, const T* b, T* z);

}  // namespace rosenblatt::tlu
