// The activation functions of hidden layers: one struct an entry, one list at the end.
//
// To add one, write its struct and name it in ActivationList.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <tuple>

#include "elementary.hpp"
#include "types.hpp"

namespace rosenblatt {

// `forward` is a = f(z); `derivative` is f'(z) written as a function of a, so that training keeps only a.

struct Identity {
  static constexpr std::string_view name = "identity";
  template <class T>
  static T forward(T z) {
    return z;
  }
  template <class T>
  static T derivative(T) {
    return T(1);
  }
};

struct Logistic {
  static constexpr std::string_view name = "logistic";
  template <class T>
  static T forward(T z) {
    return elementary::logistic(z);
  }
  template <class T>
  static T derivative(T a) {
    return a * (T(1) - a);
  }
};

struct Tanh {
  static constexpr std::string_view name = "tanh";
  template <class T>
  static T forward(T z) {
    return elementary::tanh(z);
  }
  template <class T>
  static T derivative(T a) {
    return T(1) - a * a;
  }
};

struct Relu {
  static constexpr std::string_view name = "relu";
  template <class T>
  static T forward(T z) {
    return z < T(0) ? T(0) : z;  // written so that NaN passes through
  }
  template <class T>
  static T derivative(T a) {
    return a == T(0) ? T(0) : T(1);
  }
};

using ActivationList = std::tuple<Identity, Logistic, Tanh, Relu>;

/// An activation chosen by name: loops over arrays of whole lanes, both in place.
template <class T>
struct Activation {
  std::string_view name;
  void (*forward)(T* z, Index size);                   // z <- f(z)
  void (*backward)(const T* a, T* delta, Index size);  // delta <- delta f'(z)

  /// The activation of that name, or one with an empty name.
  static Activation find(std::string_view wanted);
};

extern template struct Activation<float>;
extern template struct Activation<double>;

}  // namespace rosenblatt
