// The loops over arrays behind each activation function.
#include "activations.hpp"

namespace rosenblatt {
namespace {

template <class Rule, class T>
Activation<T> make_activation() {
  return {Rule::name,
          [](T* z, Index size) {
            for (Index i = 0; i < size; ++i) z[i] = Rule::forward(z[i]);
          },
          [](const T* a, T* delta, Index size) {
            for (Index i = 0; i < size; ++i) delta[i] *= Rule::derivative(a[i]);
          }};
}

}  // namespace

template <class T>
Activation<T> Activation<T>::find(std::string_view wanted) {
  Activation found{};
  std::apply(
      [&](auto... rule) {
        ((decltype(rule)::name == wanted ? void(found = make_activation<decltype(rule), T>()) : void()), ...);
      },
      ActivationList{});
  return found;
}

template struct Activation<float>;
template struct Activation<double>;

}  // namespace rosenblatt
