// Network32 and Network64: a dense network's parameters and predictions.
#include "bindings/interrupt.hpp"
#include "bindings/loss_spec.hpp"
#include "bindings/network_object.hpp"
#include "bindings/tables.hpp"

namespace rosenblatt {
namespace {

template <class T>
void check_layer(const Network<T>& network, Index layer, const Array<T>& coefs, const Array<T>& intercepts) {
  const auto& layers = network.layers();
  if (layer < 0 || layer >= static_cast<Index>(layers.size()))
    reject("layer", std::to_string(layer), "from 0 to " + std::to_string(layers.size() - 1));
  check_shape("coefs", coefs, {layers[layer].inputs, layers[layer].outputs});
  check_shape("intercepts", intercepts, {layers[layer].outputs});
}

template <class T>
py::array_t<T> predict(const NetworkObject<T>& network, const py::object& x, int n_threads) {
  const TableArgument<T> table(x);
  if (table.view().columns != network.inputs())
    reject("X", std::to_string(table.view().columns) + " columns", std::to_string(network.inputs()));
  py::array_t<T> out({table.view().rows, network.outputs()});
  Interrupt interrupt;
  T* to = out.mutable_data();
  {
    const py::gil_scoped_release release;
    network.predict(table.view(), to, n_threads, std::ref(interrupt));
  }
  interrupt.rethrow();
  return out;
}

template <class T>
void bind(py::module_& module, const char* name) {
  using N = NetworkObject<T>;
  py::class_<N>(module, name, py::module_local())
      .def(py::init([](const std::vector<Index>& widths, const std::string& activation, const std::string& loss,
                       const std::optional<std::string>& output_activation, const LossSettings& loss_settings) {
             return std::unique_ptr<N>(::new N(widths, activation, loss_spec(loss, output_activation, loss_settings)));
           }),
           py::arg("widths"), py::arg("activation"), py::arg("loss"), py::arg("output_activation") = py::none(),
           py::arg("loss_settings") = py::dict())
      .def(
          "set_layer",
          [](N& network, Index layer, const Array<T>& coefs, const Array<T>& intercepts) {
            check_layer(network, layer, coefs, intercepts);
            network.set_layer(layer, coefs.data(), intercepts.data());
          },
          py::arg("layer"), py::arg("coefs").noconvert(), py::arg("intercepts").noconvert())
      .def(
          "get_layer",
          [](const N& network, Index layer, Array<T>& coefs, Array<T>& intercepts) {
            check_layer(network, layer, coefs, intercepts);
            network.unpack(layer, network.weights(), coefs.mutable_data(), intercepts.mutable_data());
          },
          "Writes the layer's parameters into the two arrays.", py::arg("layer"), py::arg("coefs").noconvert(),
          py::arg("intercepts").noconvert())
      .def_property_readonly_static("dtype", [](const py::object&) { return py::dtype::of<T>(); })
      .def("predict", &predict<T>, py::arg("X"), py::arg("n_threads") = 0);
}

}  // namespace

void bind_network(py::module_& module) {
  bind<float>(module, "Network32");
  bind<double>(module, "Network64");
}

}  // namespace rosenblatt
