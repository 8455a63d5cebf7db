// The activation functions over arrays.
#include "rules/activations.hpp"

#include "bindings/bindings.hpp"
#include "bindings/tables.hpp"

namespace rosenblatt {
namespace {

/// A copy of z that `loop` has gone over.
template <class T, class Loop>
py::array_t<T> mapped(const Array<T>& z, Loop loop) {
  check_aligned("z", z);
  py::array_t<T> result(std::vector<py::ssize_t>(z.shape(), z.shape() + z.ndim()));
  T* const to = result.mutable_data();
  const py::gil_scoped_release release;
  std::copy_n(z.data(), z.size(), to);
  loop(to, z.size());
  return result;
}

template <class T>
Activation<T> named(const std::string& name) {
  const auto activation = Activation<T>::find(name);
  if (activation.name.empty()) throw py::value_error("activation: unknown name '" + name + "'");
  return activation;
}

template <class T>
void bind(py::module_& module, const char* value, const char* derivative) {
  module.def(
      value, [](const std::string& name, const Array<T>& z) { return mapped(z, named<T>(name).forward); },
      "f(z) of the activation function f of that name, of the shape of z.", py::arg("name"), py::arg("z").noconvert());
  module.def(
      derivative,
      [](const std::string& name, const Array<T>& z) {
        const auto activation = named<T>(name);
        if (!activation.trainable()) throw py::value_error("activation: '" + name + "' has no derivative");
        return mapped(z, activation.derivative);
      },
      "f'(z) of the activation function f of that name, of the shape of z.", py::arg("name"), py::arg("z").noconvert());
}

template <class... Rules>
py::dict info(std::tuple<Rules...>) {
  py::dict all;
  const auto add = [&](auto rule) {
    using Rule = decltype(rule);
    py::dict entry;
    const auto activation = Activation<double>::find(Rule::name);
    entry["alias"] = std::string(activation.alias);
    entry["doc"] = std::string(Rule::doc);
    entry["trainable"] = activation.trainable();
    all[py::str(std::string(Rule::name))] = entry;
  };
  (add(Rules{}), ...);
  return all;
}

}  // namespace

void bind_activations(py::module_& module) {
  module.attr("ACTIVATIONS") = Entries<ActivationList>::names();
  module.attr("ACTIVATION_INFO") = info(ActivationList{});
  bind<float>(module, "activate32", "activation_derivative32");
  bind<double>(module, "activate64", "activation_derivative64");
}

}  // namespace rosenblatt
