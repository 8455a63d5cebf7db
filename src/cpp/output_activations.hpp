// Output activations: what turns a raw score z into a prediction p. One struct an entry, one list at the end.
//
// Each states predict(z) and its derivative by z, from z itself, so that the digits last where p is rounded to its
// limit. Those whose p is positive also state log_predict(z), the logarithm of p, and its derivative: losses of log p
// are computed from these, and so stay finite where p underflows.
#pragma once

#include <string_view>
#include <tuple>

#include "elementary.hpp"

namespace rosenblatt::outputs {

struct Identity {
  static constexpr std::string_view name = "identity";
  template <class T>
  static T predict(T z) {
    return z;
  }
  template <class T>
  static T derivative(T) {
    return T(1);
  }
};

struct Relu {
  static constexpr std::string_view name = "relu";
  template <class T>
  static T predict(T z) {
    return z < T(0) ? T(0) : z;  // written so that NaN passes through
  }
  template <class T>
  static T derivative(T z) {
    return z > T(0) ? T(1) : (z <= T(0) ? T(0) : z);
  }
};

/// log(1 + exp(z)).
struct Softplus {
  static constexpr std::string_view name = "softplus";
  template <class T>
  static T predict(T z) {
    return elementary::softplus(z);
  }
  template <class T>
  static T derivative(T z) {
    return elementary::logistic(z);
  }
  template <class T>
  static T log_predict(T z) {
    return elementary::log(scaled(z)) + (z < T(0) ? z : T(0));
  }
  template <class T>
  static T log_derivative(T z) {
    return T(1) / ((T(1) + elementary::exp(-std::abs(z))) * scaled(z));
  }

 private:
  /// p for z >= 0; p / exp(z) for z < 0, which is near 1 where p underflows.
  template <class T>
  static T scaled(T z) {
    const T t = elementary::exp(-std::abs(z));
    const T log1p_t = elementary::log1p_of_positive(t);
    const T ratio = t == T(0) ? T(1) : log1p_t / t;
    return z < T(0) ? ratio : z + log1p_t;
  }
};

/// 1 / (1 + exp(-z)).
struct Logistic {
  static constexpr std::string_view name = "logistic";
  template <class T>
  static T predict(T z) {
    return elementary::logistic(z);
  }
  template <class T>
  static T derivative(T z) {
    const T t = elementary::exp(-std::abs(z));
    return t / ((T(1) + t) * (T(1) + t));
  }
  template <class T>
  static T log_predict(T z) {
    return (z < T(0) ? z : T(0)) - elementary::log1p_of_positive(elementary::exp(-std::abs(z)));
  }
  template <class T>
  static T log_derivative(T z) {
    return elementary::logistic(-z);
  }
};

struct Tanh {
  static constexpr std::string_view name = "tanh";
  template <class T>
  static T predict(T z) {
    return elementary::tanh(z);
  }
  template <class T>
  static T derivative(T z) {
    const T t = elementary::exp(T(-2) * std::abs(z));
    return T(4) * t / ((T(1) + t) * (T(1) + t));
  }
};

struct Exp {
  static constexpr std::string_view name = "exp";
  template <class T>
  static T predict(T z) {
    return elementary::exp(z);
  }
  template <class T>
  static T derivative(T z) {
    return elementary::exp(z);
  }
  template <class T>
  static T log_predict(T z) {
    return z;
  }
  template <class T>
  static T log_derivative(T) {
    return T(1);
  }
};

/// exp(z_c) / sum_k exp(z_k), over the outputs of a row. Losses of a row state it together with their gradient.
struct Softmax {
  static constexpr std::string_view name = "softmax";
};

using List = std::tuple<Identity, Relu, Softplus, Logistic, Tanh, Exp, Softmax>;

/// Those of one output each, for targets that are numbers; and those of them whose predictions are above 0.
using OfNumbers = std::tuple<Identity, Relu, Softplus, Logistic, Tanh, Exp>;
using Positive = std::tuple<Exp, Softplus, Logistic>;

/// The name in the list for a name that users write.
constexpr std::string_view canonical(std::string_view name) { return name == "sigmoid" ? Logistic::name : name; }

}  // namespace rosenblatt::outputs
