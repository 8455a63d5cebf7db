// The activation functions: one struct for each, and their list at the end.
//
// To add one, write its struct and name it in ActivationList.
#pragma once

#include <string>
#include <string_view>
#include <tuple>

#include "base/api.hpp"
#include "base/types.hpp"
#include "rules/elementary.hpp"

namespace rosenblatt {

// A rule has
//   name, and optionally a second name, `alias`;
//   doc            its formula and, if there is one, its paper;
//   forward(z)     a = f(z);
//   derivative(z)  f'(z);
//   derivative_from_output(a), optionally: f'(z) as a function of a, so that training stores only a.
// Networks with a rule that has no derivative make predictions, but cannot be trained.

struct Identity {
  static constexpr std::string_view name = "identity", doc = "z";
  template <class T>
  static T forward(T z) {
    return z;
  }
  template <class T>
  static T derivative(T z) {
    return z == z ? T(1) : z;
  }
  template <class T>
  static T derivative_from_output(T) {
    return T(1);
  }
};

struct Logistic {
  static constexpr std::string_view name = "logistic", alias = "sigmoid", doc = "1 / (1 + exp(-z))";
  template <class T>
  static T forward(T z) {
    return elementary::logistic(z);
  }
  template <class T>
  static T derivative(T z) {
    const T t = elementary::exp(-std::abs(z));
    return t / ((T(1) + t) * (T(1) + t));
  }
  template <class T>
  static T derivative_from_output(T a) {
    return a * (T(1) - a);
  }
};

struct Tanh {
  static constexpr std::string_view name = "tanh", doc = "(exp(z) - exp(-z)) / (exp(z) + exp(-z))";
  template <class T>
  static T forward(T z) {
    return elementary::tanh(z);
  }
  template <class T>
  static T derivative(T z) {
    const T t = elementary::exp(T(-2) * std::abs(z));
    return T(4) * t / ((T(1) + t) * (T(1) + t));
  }
  template <class T>
  static T derivative_from_output(T a) {
    return T(1) - a * a;
  }
};

struct Relu {
  static constexpr std::string_view name = "relu", doc = "max(0, z) (Nair & Hinton, 2010)";
  template <class T>
  static T forward(T z) {
    return z < T(0) ? T(0) : z;  // NaN for NaN
  }
  template <class T>
  static T derivative(T z) {
    return z <= T(0) ? T(0) : z > T(0) ? T(1) : z;
  }
  template <class T>
  static T derivative_from_output(T a) {
    return a == T(0) ? T(0) : T(1);
  }
};

struct LeakyRelu {
  static constexpr std::string_view name = "leaky_relu", doc = "z if z > 0 else 0.01 z (Maas, Hannun & Ng, 2013)";
  template <class T>
  static T forward(T z) {
    return z < T(0) ? T(0.01) * z : z;
  }
  template <class T>
  static T derivative(T z) {
    return z <= T(0) ? T(0.01) : z > T(0) ? T(1) : z;
  }
  template <class T>
  static T derivative_from_output(T a) {
    return a > T(0) ? T(1) : T(0.01);
  }
};

struct Elu {
  static constexpr std::string_view name = "elu",
                                    doc = "z if z > 0 else exp(z) - 1 (Clevert, Unterthiner & Hochreiter, 2016)";
  template <class T>
  static T forward(T z) {
    const T negative = elementary::expm1_of_negative(z > T(0) ? T(0) : z);
    return z > T(0) ? z : negative;
  }
  template <class T>
  static T derivative(T z) {
    return elementary::exp(z > T(0) ? T(0) : z);
  }
  template <class T>
  static T derivative_from_output(T a) {
    return a > T(0) ? T(1) : a + T(1);
  }
};

struct Selu {
  static constexpr std::string_view name = "selu",
                                    doc =
                                        "lambda z if z > 0 else lambda alpha (exp(z) - 1), with lambda = 1.0507 and "
                                        "alpha = 1.6733 (Klambauer, Unterthiner, Mayr & Hochreiter, 2017)";
  static constexpr double scale = 1.0507009873554804934193349852946, alpha = 1.6732632423543772848170429916717;
  template <class T>
  static T forward(T z) {
    const T negative = T(scale * alpha) * elementary::expm1_of_negative(z > T(0) ? T(0) : z);
    return z > T(0) ? T(scale) * z : negative;
  }
  template <class T>
  static T derivative(T z) {
    const T negative = T(scale * alpha) * elementary::exp(z > T(0) ? T(0) : z);
    return z > T(0) ? T(scale) : negative;
  }
  template <class T>
  static T derivative_from_output(T a) {
    return a > T(0) ? T(scale) : a + T(scale * alpha);
  }
};

struct Gelu {
  static constexpr std::string_view name = "gelu", doc =
                                                       "z Phi(z), with Phi the standard normal distribution function "
                                                       "(Hendrycks & Gimpel, 2016)";
  template <class T>
  static T forward(T z) {
    return z * elementary::normal_cdf(z, elementary::exp_of_half_square(z));
  }
  template <class T>
  static T derivative(T z) {
    const T density = elementary::exp_of_half_square(z);
    const T bounded = std::abs(z) > T(40) ? T(0) : z;  // beyond, the density is 0, and infinity times 0 is NaN
    return elementary::normal_cdf(z, density) + T(0.39894228040143267794) * bounded * density;
  }
};

struct GeluTanh {
  static constexpr std::string_view name = "gelu_tanh",
                                    doc =
                                        "z / 2 (1 + tanh(sqrt(2 / pi) (z + 0.044715 z^3))), which is close to gelu "
                                        "(Hendrycks & Gimpel, 2016)";
  static constexpr double scale = 1.5957691216057307117597842397375;  // 2 sqrt(2 / pi)
  template <class T>
  static T bound(T z) {  // beyond, the logistic function below is 0 or 1
    return z > T(40) ? T(40) : z < T(-40) ? T(-40) : z;
  }
  template <class T>
  static T forward(T z) {  // by 1 + tanh(u) = 2 logistic(2 u)
    const T b = bound(z);
    return z * elementary::logistic(T(scale) * (b + T(0.044715) * b * b * b));
  }
  template <class T>
  static T derivative(T z) {
    const T b = bound(z);
    const T u = T(scale) * (b + T(0.044715) * b * b * b);
    return elementary::logistic(u) + b * Logistic::derivative(u) * T(scale) * (T(1) + T(3 * 0.044715) * b * b);
  }
};

struct Silu {
  static constexpr std::string_view name = "silu", alias = "swish",
                                    doc = "z logistic(z) (Hendrycks & Gimpel, 2016; Ramachandran, Zoph & Le, 2017)";
  template <class T>
  static T forward(T z) {
    return z * elementary::logistic(z);
  }
  template <class T>
  static T derivative(T z) {
    const T t = elementary::exp(-std::abs(z));
    const T bounded = t > T(0) ? z : T(0);
    return (z < T(0) ? t : T(1)) / (T(1) + t) + bounded * (t / ((T(1) + t) * (T(1) + t)));
  }
};

struct Mish {
  static constexpr std::string_view name = "mish", doc = "z tanh(softplus(z)) (Misra, 2019)";
  /// tanh(softplus(z)) = n / d and 1 - n / d = c / d, from t = exp(-|z|).
  template <class T>
  static void parts(T z, T& n, T& d, T& c) {
    const T t = elementary::exp(-std::abs(z));
    n = z < T(0) ? t * (t + T(2)) : T(1) + T(2) * t;
    c = z < T(0) ? T(2) : T(2) * t * t;
    d = n + c;
  }
  template <class T>
  static T forward(T z) {
    T n, d, c;
    parts(z, n, d, c);
    return z * (n / d);
  }
  template <class T>
  static T derivative(T z) {
    T n, d, c;
    parts(z, n, d, c);
    const T s = elementary::logistic(z);
    const T bounded = z > T(1000) ? T(0) : z < T(-1000) ? T(0) : z;  // where its factor is zero
    return n / d + bounded * s * (c / d) * (T(1) + n / d);
  }
};

struct Softplus {
  static constexpr std::string_view name = "softplus", doc = "log(1 + exp(z)) (Dugas et al., 2001)";
  template <class T>
  static T forward(T z) {
    return elementary::softplus(z);
  }
  template <class T>
  static T derivative(T z) {
    return elementary::logistic(z);
  }
  template <class T>
  static T derivative_from_output(T a) {
    return -elementary::expm1_of_negative(-a);
  }
};

struct Softsign {
  static constexpr std::string_view name = "softsign", doc = "z / (1 + |z|) (Bergstra et al., 2009)";
  template <class T>
  static T forward(T z) {
    // Without infinity / infinity.
    const T size = std::abs(z);
    const T value = size > T(1) ? T(1) / (T(1) + T(1) / size) : size / (T(1) + size);
    return std::copysign(value, z);
  }
  template <class T>
  static T derivative(T z) {
    const T root = T(1) / (T(1) + std::abs(z));
    return root * root;
  }
  template <class T>
  static T derivative_from_output(T a) {
    const T root = T(1) - std::abs(a);
    return root * root;
  }
};

struct HardSigmoid {
  static constexpr std::string_view name = "hard_sigmoid",
                                    doc = "min(max(z / 6 + 1 / 2, 0), 1) (after Courbariaux, Bengio & David, 2015)";
  template <class T>
  static T forward(T z) {
    const T a = (z + T(3)) * T(1.0 / 6);
    return a < T(0) ? T(0) : a > T(1) ? T(1) : a;
  }
  template <class T>
  static T derivative(T z) {
    return z <= T(-3) ? T(0) : z >= T(3) ? T(0) : z == z ? T(1.0 / 6) : z;
  }
  template <class T>
  static T derivative_from_output(T a) {
    return a <= T(0) ? T(0) : a >= T(1) ? T(0) : T(1.0 / 6);
  }
};

struct Heaviside {
  static constexpr std::string_view name = "heaviside", doc =
                                                            "1 if z >= 0 else 0, the step of McCulloch and Pitts' "
                                                            "neuron (1943); it has no useful derivative";
  template <class T>
  static T forward(T z) {
    return z >= T(0) ? T(1) : z < T(0) ? T(0) : z;
  }
};

struct Sign {
  static constexpr std::string_view name = "sign", doc = "-1, 0 or 1, the sign of z; it has no useful derivative";
  template <class T>
  static T forward(T z) {
    return z > T(0) ? T(1) : z < T(0) ? T(-1) : z;
  }
};

using ActivationList = std::tuple<Identity, Logistic, Tanh, Relu, LeakyRelu, Elu, Selu, Gelu, GeluTanh, Silu, Mish,
                                  Softplus, Softsign, HardSigmoid, Heaviside, Sign>;

/// An activation, chosen by name: loops over arrays, in place. Without a derivative, the last three are null.
template <class T>
struct Activation {
  std::string_view name, alias;                                     // the same if there is only one
  void (*forward)(const T* z, T* a, Index size);                    // a <- f(z); a may be z
  void (*derivative)(const T* z, T* d, Index size);                 // d <- f'(z); d may be z
  void (*backward)(const T* a, T* delta, Index size);               // delta <- delta f'(z), from a; may be null
  void (*forward_and_derivative)(T* z, T* derivative, Index size);  // z <- f(z), derivative <- f'(z)

  bool trainable() const { return derivative != nullptr; }

  /// The activation with that name or alias. Throws std::invalid_argument if there is none.
  ROSENBLATT_API static Activation find(std::string_view wanted);
};

extern template struct Activation<float>;
extern template struct Activation<double>;

}  // namespace rosenblatt
