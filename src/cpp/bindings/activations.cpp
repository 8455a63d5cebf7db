// The activation functions over arrays.
#include "rules/activations.hpp"

#include "bindings/mapped.hpp"
#include "bindings/settings.hpp"
#include "rules/names.hpp"

namespace rosenblatt {
namespace {

template <class T>
void bind(py::module_& module, const char* value, const char* derivative) {
  module.def(
      value, [](const std::string& name, const Array<T>& z) { return mapped(z, Activation<T>::find(name).forward); },
      "Return f(z), of the shape of z, for the activation function f with that name.", py::arg("name"),
      py::arg("z").noconvert());
  module.def(
      derivative,
      [](const std::string& name, const Array<T>& z) {
        const auto activation = Activation<T>::find(name);
        if (!activation.trainable()) reject("activation", quoted(name), "one that has a derivative");
        return mapped(z, activation.derivative);
      },
      "Return f'(z), of the shape of z, for the activation function f with that name.", py::arg("name"),
      py::arg("z").noconvert());
}

py::dict infos() {
  py::dict all;
  for_each_rule<ActivationList>([&](auto rule) {
    using Rule = decltype(rule);
    py::dict entry;
    const auto activation = Activation<double>::find(Rule::name);
    entry["alias"] = text(activation.alias);
    entry["doc"] = text(Rule::doc);
    entry["trainable"] = activation.trainable();
    all[text(Rule::name)] = entry;
  });
  return all;
}

}  // namespace

void bind_activations(py::module_& module) {
  module.attr("ACTIVATIONS") = texts(names_of<ActivationList>());
  module.attr("ACTIVATION_INFO") = infos();
  bind<float>(module, "activate32", "activation_derivative32");
  bind<double>(module, "activate64", "activation_derivative64");
}

}  // namespace rosenblatt
