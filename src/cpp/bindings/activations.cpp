// activate32 and activate64: an activation function over an array.
#include "activations.hpp"

#include "bindings/bindings.hpp"
#include "bindings/tables.hpp"

namespace rosenblatt {
namespace {

template <class T>
py::tuple activate(const std::string& name, const Array<T>& z) {
  const auto activation = Activation<T>::find(name);
  if (activation.name.empty()) throw py::value_error("activation: unknown name '" + name + "'");
  check_aligned("z", z);
  const std::vector<py::ssize_t> shape(z.shape(), z.shape() + z.ndim());
  py::array_t<T> value(shape), derivative(shape);
  std::copy_n(z.data(), z.size(), value.mutable_data());
  std::fill_n(derivative.mutable_data(), z.size(), T(1));
  activation.forward(value.mutable_data(), z.size());
  activation.backward(value.data(), derivative.mutable_data(), z.size());
  return py::make_tuple(value, derivative);
}

template <class T>
void bind(py::module_& module, const char* name) {
  module.def(name, &activate<T>, "f(z) and f'(z) of the activation function f of that name, of the shape of z.",
             py::arg("name"), py::arg("z").noconvert());
}

}  // namespace

void bind_activations(py::module_& module) {
  module.attr("ACTIVATIONS") = Entries<ActivationList>::names();
  bind<float>(module, "activate32");
  bind<double>(module, "activate64");
}

}  // namespace rosenblatt
