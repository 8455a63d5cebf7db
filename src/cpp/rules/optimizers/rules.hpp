// The update rules of the optimizers: one struct for each, and their list at the end.
//
// A rule updates one parameter at a time; it is applied to blocks of weights while they are in the first-level cache.
// To add an optimizer, write its struct and name it in OptimizerList.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>
#include <tuple>

#include "base/types.hpp"
#include "rules/settings.hpp"

namespace rosenblatt {

// A rule has
//   name, class_name   its name in the engine, and that of its class in Python;
//   summary, formula, source      its documentation: eta is the learning rate of step t, g the gradient, w a parameter;
//   settings()         its settings;
//   slots              the number of state variables for each parameter, all 0 before the first step;
//   begin_step(t, eta) computes the constants of step t = 1, 2, ...;
//   update(g, w, s, i) updates the parameter w by its gradient g and its state s[0 .. slots)[i].
// Everything but the state depends on t and eta alone, so that training continues from a stored state with the same
// bits. Compute products and quotients of constants in begin_step. In update, write conditions as a choice between
// values, so that loops over it vectorise.

struct OptimizerDefaults {
  static constexpr double default_learning_rate = 1e-3, default_weight_decay = 0.0;
};

/// The `epsilon` of a denominator in the precision of T: never 0, because 0 / 0 would make parameters without a
/// gradient NaN.
template <class T>
T positive(double epsilon) {
  return std::max(T(epsilon), std::numeric_limits<T>::min());
}

template <class T>
struct SGD : OptimizerDefaults {
  static constexpr std::string_view name = "sgd", class_name = "SGD";
  static constexpr std::string_view summary = "Stochastic gradient descent with momentum.";
  static constexpr std::string_view formula =
      "v <- momentum v - eta g\n"
      "w <- w + v, or with Nesterov's momentum w + momentum v - eta g";
  static constexpr std::string_view source =
      "Sutskever, Martens, Dahl & Hinton, \"On the importance of initialization and momentum in deep learning\", ICML "
      "2013.";
  static constexpr int slots = 1;
  double momentum = 0.9;
  bool nesterovs_momentum = true;
  static constexpr auto settings() {
    return std::make_tuple(Setting{"momentum", &SGD::momentum, range::kUpToOne,
                                   "The fraction of the last step that is added to the next one."},
                           Setting{"nesterovs_momentum", &SGD::nesterovs_momentum, range::kBoolean,
                                   "Whether the momentum is Nesterov's, which anticipates the next step."});
  }

  T mu{}, eta{}, nesterov{};
  void begin_step(std::int64_t, double learning_rate) {
    mu = T(momentum);
    eta = T(learning_rate);
    nesterov = T(nesterovs_momentum);
  }
  void update(T g, T& w, T* const* s, Index i) const {
    const T v = mu * s[0][i] - eta * g;
    s[0][i] = v;
    w += nesterov != T(0) ? mu * v - eta * g : v;
  }
};

template <class T>
struct Adam : OptimizerDefaults {
  static constexpr std::string_view name = "adam", class_name = "Adam";
  static constexpr std::string_view summary =
      "Adam, in the order of computation of the paper's section 2, as in scikit-learn: epsilon is not divided by "
      "sqrt(1 - beta_2^t).";
  static constexpr std::string_view formula =
      "m <- beta_1 m + (1 - beta_1) g\n"
      "v <- beta_2 v + (1 - beta_2) g^2\n"
      "w <- w - eta sqrt(1 - beta_2^t) / (1 - beta_1^t) m / (sqrt(v) + epsilon)";
  static constexpr std::string_view source = "Kingma & Ba, \"Adam: a method for stochastic optimization\", ICLR 2015.";
  static constexpr int slots = 2;
  double beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-8;
  static constexpr auto settings() {
    return std::make_tuple(
        Setting{"beta_1", &Adam::beta_1, range::kBelowOne, "The decay of the average of gradients."},
        Setting{"beta_2", &Adam::beta_2, range::kBelowOne, "The decay of the average of squared gradients."},
        Setting{"epsilon", &Adam::epsilon, range::kPositive, "Added to the denominator, so that it is never 0."});
  }

  T b1{}, b2{}, one_minus_b1{}, one_minus_b2{}, eta{}, eps{};
  void begin_step(std::int64_t t, double learning_rate) {
    const double step = static_cast<double>(t);
    b1 = T(beta_1);
    b2 = T(beta_2);
    one_minus_b1 = T(1.0 - beta_1);
    one_minus_b2 = T(1.0 - beta_2);
    eta = T(learning_rate * std::sqrt(1.0 - std::pow(beta_2, step)) / (1.0 - std::pow(beta_1, step)));
    eps = positive<T>(epsilon);
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
struct AdamW : Adam<T> {
  static constexpr std::string_view name = "adamw", class_name = "AdamW";
  static constexpr std::string_view summary =
      "Adam with decoupled weight decay, in the form of the paper's algorithm 2: epsilon is added to the root of the "
      "bias-corrected average.";
  static constexpr std::string_view formula =
      "w <- w - eta weight_decay w\n"
      "m <- beta_1 m + (1 - beta_1) g\n"
      "v <- beta_2 v + (1 - beta_2) g^2\n"
      "w <- w - eta m / (1 - beta_1^t) / (sqrt(v / (1 - beta_2^t)) + epsilon)";
  static constexpr std::string_view source =
      "Loshchilov & Hutter, \"Decoupled weight decay regularization\", ICLR 2019.";
  static constexpr double default_weight_decay = 0.01;

  void begin_step(std::int64_t t, double learning_rate) {
    Adam<T>::begin_step(t, learning_rate);
    this->eps = positive<T>(this->epsilon * std::sqrt(1.0 - std::pow(this->beta_2, static_cast<double>(t))));
  }
};

template <class T>
struct Adagrad : OptimizerDefaults {
  static constexpr std::string_view name = "adagrad", class_name = "Adagrad";
  static constexpr std::string_view summary =
      "Adagrad: learning rates that decrease with the sum of all squared gradients so far.";
  static constexpr std::string_view formula =
      "v <- v + g^2\n"
      "w <- w - eta / (1 + (t - 1) lr_decay) g / (sqrt(initial_accumulator + v) + epsilon)";
  static constexpr std::string_view source =
      "Duchi, Hazan & Singer, \"Adaptive subgradient methods for online learning and stochastic optimization\", JMLR "
      "12, 2011.";
  static constexpr double default_learning_rate = 1e-2;
  static constexpr int slots = 1;
  double lr_decay = 0.0, initial_accumulator = 0.0, epsilon = 1e-10;
  static constexpr auto settings() {
    return std::make_tuple(
        Setting{"lr_decay", &Adagrad::lr_decay, range::kNotNegative,
                "How fast the learning rate decreases from step to step."},
        Setting{"initial_accumulator", &Adagrad::initial_accumulator, range::kNotNegative,
                "The initial sum of squares."},
        Setting{"epsilon", &Adagrad::epsilon, range::kPositive, "Added to the denominator, so that it is never 0."});
  }

  T eta{}, initial{}, eps{};
  void begin_step(std::int64_t t, double learning_rate) {
    eta = T(learning_rate / (1.0 + static_cast<double>(t - 1) * lr_decay));
    initial = T(initial_accumulator);
    eps = positive<T>(epsilon);
  }
  void update(T g, T& w, T* const* s, Index i) const {
    const T v = s[0][i] + g * g;
    s[0][i] = v;
    w -= eta * g / (std::sqrt(initial + v) + eps);
  }
};

template <class T>
struct RMSprop : OptimizerDefaults {
  static constexpr std::string_view name = "rmsprop", class_name = "RMSprop";
  static constexpr std::string_view summary =
      "RMSprop: gradients divided by the root of their mean square, with momentum, and optionally centred.";
  static constexpr std::string_view formula =
      "v <- rho v + (1 - rho) g^2\n"
      "m <- rho m + (1 - rho) g\n"
      "b <- momentum b + g / (sqrt(v) + epsilon), or centred g / (sqrt(v - m^2) + epsilon)\n"
      "w <- w - eta b";
  static constexpr std::string_view source =
      "Tieleman & Hinton, \"Neural networks for machine learning\", lecture 6.5, Coursera 2012; centred: Graves, "
      "\"Generating sequences with recurrent neural networks\", arXiv:1308.0850, 2013.";
  static constexpr double default_learning_rate = 1e-2;
  static constexpr int slots = 3;
  double rho = 0.99, momentum = 0.0, epsilon = 1e-8;
  bool centered = false;
  static constexpr auto settings() {
    return std::make_tuple(
        Setting{"rho", &RMSprop::rho, range::kBelowOne, "The decay of the averages; PyTorch calls it alpha."},
        Setting{"momentum", &RMSprop::momentum, range::kUpToOne,
                "The fraction of the last step that is added to the next one."},
        Setting{"epsilon", &RMSprop::epsilon, range::kPositive, "Added to the denominator, so that it is never 0."},
        Setting{"centered", &RMSprop::centered, range::kBoolean,
                "Whether to divide by the standard deviation of the gradients."});
  }

  T r{}, one_minus_r{}, mu{}, eta{}, eps{}, centre{};
  void begin_step(std::int64_t, double learning_rate) {
    r = T(rho);
    one_minus_r = T(1.0 - rho);
    mu = T(momentum);
    eta = T(learning_rate);
    eps = positive<T>(epsilon);
    centre = T(centered);
  }
  void update(T g, T& w, T* const* s, Index i) const {
    const T v = r * s[0][i] + one_minus_r * (g * g);
    const T m = r * s[1][i] + one_minus_r * g;
    const T variance = v - centre * (m * m);
    const T b = mu * s[2][i] + g / (std::sqrt(variance < T(0) ? T(0) : variance) + eps);  // < 0 only by rounding
    s[0][i] = v;
    s[1][i] = m;
    s[2][i] = b;
    w -= eta * b;
  }
};

template <class T>
struct Adamax : OptimizerDefaults {
  static constexpr std::string_view name = "adamax", class_name = "Adamax";
  static constexpr std::string_view summary =
      "Adam with a decaying maximum of the gradients in place of the root of their mean square.";
  static constexpr std::string_view formula =
      "m <- beta_1 m + (1 - beta_1) g\n"
      "u <- max(beta_2 u, |g| + epsilon)\n"
      "w <- w - eta / (1 - beta_1^t) m / u";
  static constexpr std::string_view source =
      "Kingma & Ba, \"Adam: a method for stochastic optimization\", ICLR 2015, section 7.1.";
  static constexpr double default_learning_rate = 2e-3;
  static constexpr int slots = 2;
  double beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-8;
  static constexpr auto settings() {
    return std::make_tuple(
        Setting{"beta_1", &Adamax::beta_1, range::kBelowOne, "The decay of the average of gradients."},
        Setting{"beta_2", &Adamax::beta_2, range::kBelowOne, "The decay of the maximum of the gradients."},
        Setting{"epsilon", &Adamax::epsilon, range::kPositive, "Added to the denominator, so that it is never 0."});
  }

  T b1{}, b2{}, one_minus_b1{}, eta{}, eps{};
  void begin_step(std::int64_t t, double learning_rate) {
    b1 = T(beta_1);
    b2 = T(beta_2);
    one_minus_b1 = T(1.0 - beta_1);
    eta = T(learning_rate / (1.0 - std::pow(beta_1, static_cast<double>(t))));
    eps = positive<T>(epsilon);
  }
  void update(T g, T& w, T* const* s, Index i) const {
    const T m = b1 * s[0][i] + one_minus_b1 * g;
    const T old = b2 * s[1][i], now = std::abs(g) + eps;
    const T u = old > now ? old : now;
    s[0][i] = m;
    s[1][i] = u;
    w -= eta * m / u;
  }
};

template <class T>
struct Nadam : OptimizerDefaults {
  static constexpr std::string_view name = "nadam", class_name = "Nadam";
  static constexpr std::string_view summary =
      "Adam with Nesterov's momentum, which increases from step to step from about half of beta_1.";
  static constexpr std::string_view formula =
      "mu_t = beta_1 (1 - 0.96^(t momentum_decay) / 2), M_t = mu_1 mu_2 ... mu_t\n"
      "m <- beta_1 m + (1 - beta_1) g\n"
      "v <- beta_2 v + (1 - beta_2) g^2\n"
      "n = (1 - mu_t) / (1 - M_t) g + mu_(t+1) / (1 - M_(t+1)) m\n"
      "w <- w - eta n / (sqrt(v / (1 - beta_2^t)) + epsilon)";
  static constexpr std::string_view source =
      "Dozat, \"Incorporating Nesterov momentum into Adam\", ICLR workshop 2016.";
  static constexpr double default_learning_rate = 2e-3;
  static constexpr int slots = 2;
  double beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-8, momentum_decay = 4e-3;
  static constexpr auto settings() {
    return std::make_tuple(
        Setting{"beta_1", &Nadam::beta_1, range::kBelowOne, "The decay of the average of gradients."},
        Setting{"beta_2", &Nadam::beta_2, range::kBelowOne, "The decay of the average of squared gradients."},
        Setting{"epsilon", &Nadam::epsilon, range::kPositive, "Added to the denominator, so that it is never 0."},
        Setting{"momentum_decay", &Nadam::momentum_decay, range::kNotNegative,
                "How fast the momentum increases to beta_1."});
  }

  double momentum(double t) const { return beta_1 * (1.0 - 0.5 * std::pow(0.96, t * momentum_decay)); }
  /// mu_1 mu_2 ... mu_t, from t alone. Its logarithm is t log(beta_1) + sum_i log(1 - q^i / 2) for i from 1 to t, with
  /// q = 0.96^momentum_decay. In the power series of log(1 - q^i / 2), sum_k -(q^i / 2)^k / k, each sum over i is
  /// geometric.
  double momentum_product(double t) const {
    constexpr double kNone = -40.0;  // 1 - e^-40 rounds to 1
    double logarithm = t * std::log(beta_1);
    const double log_q = momentum_decay * std::log(0.96);
    double half = 1.0;
    for (int k = 1; k <= 54 && logarithm > kNone; ++k) {
      half *= 0.5;
      const double powers = log_q < 0.0 ? std::exp(k * log_q) * std::expm1(t * k * log_q) / std::expm1(k * log_q) : t;
      logarithm -= half * powers / k;
    }
    return logarithm > kNone ? std::exp(logarithm) : 0.0;
  }

  T b1{}, b2{}, one_minus_b1{}, one_minus_b2{}, of_gradient{}, of_average{}, eps{};
  void begin_step(std::int64_t t, double learning_rate) {
    const double step = static_cast<double>(t), next = momentum(step + 1.0);
    const double product = momentum_product(step), root = std::sqrt(1.0 - std::pow(beta_2, step));
    b1 = T(beta_1);
    b2 = T(beta_2);
    one_minus_b1 = T(1.0 - beta_1);
    one_minus_b2 = T(1.0 - beta_2);
    of_gradient = T(learning_rate * root * (1.0 - momentum(step)) / (1.0 - product));
    of_average = T(learning_rate * root * next / (1.0 - product * next));
    eps = positive<T>(epsilon * root);
  }
  void update(T g, T& w, T* const* s, Index i) const {
    const T m = b1 * s[0][i] + one_minus_b1 * g;
    const T v = b2 * s[1][i] + one_minus_b2 * (g * g);
    s[0][i] = m;
    s[1][i] = v;
    w -= (of_gradient * g + of_average * m) / (std::sqrt(v) + eps);
  }
};

template <class T>
struct RAdam : OptimizerDefaults {
  static constexpr std::string_view name = "radam", class_name = "RAdam";
  static constexpr std::string_view summary =
      "Rectified Adam: a warm-up that depends on the number of gradients in the average of squares.";
  static constexpr std::string_view formula =
      "m <- beta_1 m + (1 - beta_1) g\n"
      "v <- beta_2 v + (1 - beta_2) g^2\n"
      "R = 2 / (1 - beta_2) - 1, r = R - 2 t beta_2^t / (1 - beta_2^t)\n"
      "w <- w - eta m / (1 - beta_1^t) a, with a = 1 while r <= 5, then\n"
      "a = sqrt((r - 4) (r - 2) R / ((R - 4) (R - 2) r)) sqrt(1 - beta_2^t) / (sqrt(v) + epsilon)";
  static constexpr std::string_view source =
      "Liu, Jiang, He, Chen, Liu, Gao & Han, \"On the variance of the adaptive learning rate and beyond\", ICLR 2020.";
  static constexpr int slots = 2;
  double beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-8;
  static constexpr auto settings() {
    return std::make_tuple(
        Setting{"beta_1", &RAdam::beta_1, range::kBelowOne, "The decay of the average of gradients."},
        Setting{"beta_2", &RAdam::beta_2, range::kBelowOne, "The decay of the average of squared gradients."},
        Setting{"epsilon", &RAdam::epsilon, range::kPositive, "Added to the denominator, so that it is never 0."});
  }

  T b1{}, b2{}, one_minus_b1{}, one_minus_b2{}, eta{}, eps{}, rectified{};
  void begin_step(std::int64_t t, double learning_rate) {
    const double step = static_cast<double>(t), power = std::pow(beta_2, step);
    const double most = 2.0 / (1.0 - beta_2) - 1.0, length = most - 2.0 * step * power / (1.0 - power);
    const double a =
        length > 5.0
            ? std::sqrt((length - 4.0) * (length - 2.0) * most / ((most - 4.0) * (most - 2.0) * length) * (1.0 - power))
            : 1.0;
    b1 = T(beta_1);
    b2 = T(beta_2);
    one_minus_b1 = T(1.0 - beta_1);
    one_minus_b2 = T(1.0 - beta_2);
    eta = T(learning_rate / (1.0 - std::pow(beta_1, step)) * a);
    eps = positive<T>(epsilon);
    rectified = T(length > 5.0);
  }
  void update(T g, T& w, T* const* s, Index i) const {
    const T m = b1 * s[0][i] + one_minus_b1 * g;
    const T v = b2 * s[1][i] + one_minus_b2 * (g * g);
    s[0][i] = m;
    s[1][i] = v;
    w -= eta * m / (rectified != T(0) ? std::sqrt(v) + eps : T(1));
  }
};

template <class T>
struct Lion : OptimizerDefaults {
  static constexpr std::string_view name = "lion", class_name = "Lion";
  static constexpr std::string_view summary =
      "Lion: steps of equal size, by the sign of the averaged gradient. Use a learning rate 3 to 10 times smaller than "
      "Adam's.";
  static constexpr std::string_view formula =
      "w <- w - eta sign(beta_1 m + (1 - beta_1) g)\n"
      "m <- beta_2 m + (1 - beta_2) g";
  static constexpr std::string_view source =
      "Chen et al., \"Symbolic discovery of optimization algorithms\", NeurIPS 2023.";
  static constexpr double default_learning_rate = 1e-4;
  static constexpr int slots = 1;
  double beta_1 = 0.9, beta_2 = 0.99;
  static constexpr auto settings() {
    return std::make_tuple(
        Setting{"beta_1", &Lion::beta_1, range::kBelowOne, "The weight of the average in the direction of the step."},
        Setting{"beta_2", &Lion::beta_2, range::kBelowOne, "The decay of the average of gradients."});
  }

  T b1{}, b2{}, one_minus_b1{}, one_minus_b2{}, eta{};
  void begin_step(std::int64_t, double learning_rate) {
    b1 = T(beta_1);
    b2 = T(beta_2);
    one_minus_b1 = T(1.0 - beta_1);
    one_minus_b2 = T(1.0 - beta_2);
    eta = T(learning_rate);
  }
  void update(T g, T& w, T* const* s, Index i) const {
    const T c = b1 * s[0][i] + one_minus_b1 * g;
    s[0][i] = b2 * s[0][i] + one_minus_b2 * g;
    w -= eta * (c > T(0) ? T(1) : c < T(0) ? T(-1) : c);  // 0 for 0, NaN for NaN
  }
};

template <class T>
using OptimizerList =
    std::tuple<SGD<T>, Adam<T>, AdamW<T>, Adagrad<T>, RMSprop<T>, Adamax<T>, Nadam<T>, RAdam<T>, Lion<T>>;

}  // namespace rosenblatt
