// The optimizers: one struct an entry, one list at the end.
//
// An optimizer is a rule for one parameter at a time, applied to blocks of weights while they are in the first-level
// cache. To add one, write its struct and name it in OptimizerList.
#pragma once

#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "types.hpp"

namespace rosenblatt {

// A rule has
//   settings()         the names of its settings, their places and their accepted ranges;
//   slots              how many numbers of state it keeps for each parameter;
//   begin_step(t, lr)  the step's own constants; t counts from 1;
//   update(g, w, s)    one parameter w, its gradient g, its state s[0 .. slots).

struct Setting {
  std::string_view name;
  double* value;
};

/// Stochastic gradient descent with momentum: v <- mu v - eta g; w <- w + v, or with Nesterov's momentum w + mu v - eta
/// g (Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013).
template <class T>
struct SGD {
  static constexpr std::string_view name = "sgd";
  static constexpr int slots = 1;
  double momentum = 0.9, nesterovs_momentum = 1.0;
  std::vector<Setting> settings() { return {{"momentum", &momentum}, {"nesterovs_momentum", &nesterovs_momentum}}; }

  T mu{}, eta{}, nesterov{};
  void begin_step(std::int64_t, double learning_rate) {
    mu = T(momentum);
    eta = T(learning_rate);
    nesterov = T(nesterovs_momentum != 0.0);
  }
  void update(T g, T& w, T* const* s, Index i) const {
    const T v = mu * s[0][i] - eta * g;
    s[0][i] = v;
    w += nesterov != T(0) ? mu * v - eta * g : v;
  }
};

/// Adam: m <- b1 m + (1 - b1) g; v <- b2 v + (1 - b2) g^2; w <- w - eta_t m / (sqrt(v) + eps), with
/// eta_t = eta sqrt(1 - b2^t) / (1 - b1^t) (Kingma & Ba, "Adam: a method for stochastic optimization", 2015, section
/// 2).
template <class T>
struct Adam {
  static constexpr std::string_view name = "adam";
  static constexpr int slots = 2;
  double beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-8;
  std::vector<Setting> settings() { return {{"beta_1", &beta_1}, {"beta_2", &beta_2}, {"epsilon", &epsilon}}; }

  T b1{}, b2{}, one_minus_b1{}, one_minus_b2{}, eta{}, eps{};
  void begin_step(std::int64_t t, double learning_rate) {
    const double step = static_cast<double>(t);
    b1 = T(beta_1);
    b2 = T(beta_2);
    one_minus_b1 = T(1.0 - beta_1);
    one_minus_b2 = T(1.0 - beta_2);
    eta = T(learning_rate * std::sqrt(1.0 - std::pow(beta_2, step)) / (1.0 - std::pow(beta_1, step)));
    eps = T(epsilon);
  }
  void update(T g, T& w, T* const* s, Index i) const {
    const T m = b1 * s[0][i] + one_minus_b1 * g;
    const T v = b2 * s[1][i] + one_minus_b2 * (g * g);
    s[0][i] = m;
    s[1][i] = v;
    w -= eta * m / (std::sqrt(v) + eps);
  }
};

template <class T>
using OptimizerList = std::tuple<SGD<T>, Adam<T>>;

/// An optimizer chosen by name.
template <class T>
class Optimizer {
 public:
  virtual ~Optimizer() = default;
  virtual std::string_view name() const = 0;
  virtual int slots() const = 0;
  virtual std::vector<Setting> settings() = 0;
  virtual void begin_step(std::int64_t t, double learning_rate) = 0;
  /// One step for `size` parameters: whole lanes of gradients, weights and each slot of state.
  virtual void update(const T* g, T* w, T* const* state, Index size) const = 0;

  /// The optimizer of that name, or null.
  static std::unique_ptr<Optimizer> find(std::string_view wanted);

  static constexpr int kMaxSlots = 2;
};

extern template class Optimizer<float>;
extern template class Optimizer<double>;

}  // namespace rosenblatt
