// The loops over arrays for each activation function, and the choice of a function by name.
#include "rules/activations.hpp"

#include <stdexcept>
#include <type_traits>

#include "rules/names.hpp"

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
  made.forward = [](const T* z, T* a, Index size) {
#pragma GCC ivdep
    for (Index i = 0; i < size; ++i) a[i] = Rule::forward(z[i]);
  };
  if constexpr (HasDerivative<Rule, T>::value) {
    made.derivative = [](const T* z, T* d, Index size) {
#pragma GCC ivdep
      for (Index i = 0; i < size; ++i) d[i] = Rule::derivative(z[i]);
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
  for_each_rule<ActivationList>([&](auto rule) {
    using Rule = decltype(rule);
    if (Rule::name == wanted || Alias<Rule>::value == wanted) found = make_activation<Rule, T>();
  });
  if (found.name.empty())
    throw std::invalid_argument("activation: got " + quoted(wanted) + ", expected " +
                                one_of(names_of<ActivationList>()));
  return found;
}

template struct Activation<float>;
template struct Activation<double>;

}  // namespace rosenblatt
