// The loops over arrays behind each activation function.
#include "rules/activations.hpp"

#include <type_traits>

namespace rosenblatt {
namespace {

template <class Rule, class T, class = void>
struct HasDerivative : std::false_type {};
template <class Rule, class T>
struct HasDerivative<Rule, T, std::void_t<decltype(Rule::derivative(T()))>> : std::true_type {};

template <class Rule, class T, class = void>
struct HasDerivativeFromOutput : std::false_type {};
template <class Rule, class T>
struct HasDerivativeFromOutput<Rule, T, std::void_t<decltype(Rule::derivative_from_output(T()))>> : std::true_type {};

template <class Rule, class = void>
struct Alias {
  static constexpr std::string_view value = Rule::name;
};
template <class Rule>
struct Alias<Rule, std::void_t<decltype(Rule::alias)>> {
  static constexpr std::string_view value = Rule::alias;
};

template <class Rule, class T>
Activation<T> make_activation() {
  Activation<T> made{};
  made.name = Rule::name;
  made.alias = Alias<Rule>::value;
  made.forward = [](T* z, Index size) {
    for (Index i = 0; i < size; ++i) z[i] = Rule::forward(z[i]);
  };
  if constexpr (HasDerivative<Rule, T>::value) {
    made.derivative = [](T* z, Index size) {
      for (Index i = 0; i < size; ++i) z[i] = Rule::derivative(z[i]);
    };
    made.forward_and_derivative = [](T* z, T* derivative, Index size) {
#pragma GCC ivdep
      for (Index i = 0; i < size; ++i) {
        const T score = z[i];
        z[i] = Rule::forward(score);
        derivative[i] = Rule::derivative(score);
      }
    };
  }
  if constexpr (HasDerivativeFromOutput<Rule, T>::value)
    made.backward = [](const T* a, T* delta, Index size) {
      for (Index i = 0; i < size; ++i) delta[i] *= Rule::derivative_from_output(a[i]);
    };
  return made;
}

}  // namespace

template <class T>
Activation<T> Activation<T>::find(std::string_view wanted) {
  Activation found{};
  std::apply(
      [&](auto... rule) {
        ((decltype(rule)::name == wanted || Alias<decltype(rule)>::value == wanted
              ? void(found = make_activation<decltype(rule), T>())
              : void()),
         ...);
      },
      ActivationList{});
  return found;
}

template struct Activation<float>;
template struct Activation<double>;

}  // namespace rosenblatt
