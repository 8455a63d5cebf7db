// The output activations, which turn a raw score z into a prediction p: one struct for each, and their list at the end.
//
// Each has predict(z) and its derivative with respect to z. Both are computed from z, because p may be rounded to its
// limit. Those with p > 0 also have log_predict(z), the logarithm of p, and its derivative: losses of log(p) use these,
// so that they are finite where p underflows.
#pragma once

#include <string_view>
#include <tuple>

#include "rules/activations.hpp"
#include "rules/elementary.hpp"

namespace rosenblatt::outputs {

/// An activation of hidden layers as an output activation.
template <class Rule>
struct OfActivation {
  static constexpr std::string_view name = Rule::name;
  template <class T>
  static T predict(T z) {
    return Rule::forward(z);
  }
  template <class T>
  static T derivative(T z) {
    return Rule::derivative(z);
  }
};

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

using Relu = OfActivation<rosenblatt::Relu>;
using Tanh = OfActivation<rosenblatt::Tanh>;

struct Softplus : OfActivation<rosenblatt::Softplus> {
  template <class T>
  static T log_predict(T z) {
    return elementary::log(scaled(z)) + (z < T(0) ? z : T(0));
  }
  template <class T>
  static T log_derivative(T z) {
    return T(1) / ((T(1) + elementary::exp(-std::abs(z))) * scaled(z));
  }

 private:
  /// p for z >= 0; p / exp(z) for z < 0, which tends to 1 where p underflows.
  template <class T>
  static T scaled(T z) {
    const T t = elementary::exp(-std::abs(z));
    const T log1p_t = elementary::log1p_of_positive(t);
    const T ratio = t == T(0) ? T(1) : log1p_t / t;
    return z < T(0) ? ratio : z + log1p_t;
  }
};

struct Logistic : OfActivation<rosenblatt::Logistic> {
  template <class T>
  static T log_predict(T z) {
    return (z < T(0) ? z : T(0)) - elementary::log1p_of_positive(elementary::exp(-std::abs(z)));
  }
  template <class T>
  static T log_derivative(T z) {
    return elementary::logistic(-z);
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

/// exp(z_c) / sum_k exp(z_k), over the outputs of a row. The losses that accept it compute it together with their
/// gradient.
struct Softmax {
  static constexpr std::string_view name = "softmax";
};

using List = std::tuple<Identity, Relu, Softplus, Logistic, Tanh, Exp, Softmax>;

/// Those that map one score to one number, for regression; and those of them with p > 0.
using OfNumbers = std::tuple<Identity, Relu, Softplus, Logistic, Tanh, Exp>;
using Positive = std::tuple<Exp, Softplus, Logistic>;

/// The name in the list for a name or an alias.
constexpr std::string_view canonical(std::string_view name) {
  return name == rosenblatt::Logistic::alias ? Logistic::name : name;
}

}  // namespace rosenblatt::outputs
