// Network32 and Network64: a dense network's parameters and predictions.
#include <algorithm>
#include <cmath>

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

/// The outputs (rows, outputs), and with `hidden` before them the activations of each hidden layer.
template <class T>
py::list run(const NetworkObject<T>& network, const py::object& x, int n_threads, typename Network<T>::Output output,
             bool hidden) {
  const TableArgument<T> table(x);
  if (table.view().columns != network.inputs())
    reject("X", std::to_string(table.view().columns) + " columns", std::to_string(network.inputs()));
  py::list results;
  std::vector<T*> to;
  for (const Layer<T>& layer : network.layers()) {
    if (!hidden && &layer != &network.layers().back()) continue;
    py::array_t<T> result({table.view().rows, layer.outputs});
    to.push_back(result.mutable_data());
    results.append(result);
  }
  T* const out = to.back();
  to.pop_back();
  Interrupt interrupt;
  {
    const py::gil_scoped_release release;
    network.predict(table.view(), output, out, to, n_threads, std::ref(interrupt));
  }
  interrupt.rethrow();
  return results;
}

template <class T>
void bind(py::module_& module, const char* name) {
  using N = NetworkObject<T>;
  py::class_<N>(module, name, py::module_local())
      .def(py::init([](const std::vector<Index>& widths, const std::vector<std::string>& activations,
                       const std::string& loss, const std::optional<std::string>& output_activation,
                       const LossSettings& loss_settings) {
             return std::unique_ptr<N>(::new N(widths, activations, loss_spec(loss, output_activation, loss_settings)));
           }),
           py::arg("widths"), py::arg("activations"), py::arg("loss"), py::arg("output_activation") = py::none(),
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
      .def(
          "finite",
          [](const N& network) {
            const T* w = network.weights();
            return std::all_of(w, w + network.weights_size(), [](T value) { return std::isfinite(value); });
          },
          "Whether all parameters are finite.")
      .def_property_readonly_static("dtype", [](const py::object&) { return py::dtype::of<T>(); })
      .def(
          "predict",
          [](const N& network, const py::object& x, int n_threads) {
            return py::object(run(network, x, n_threads, N::Output::predictions, false)[0]);
          },
          py::arg("X"), py::arg("n_threads") = 0)
      .def(
          "scores",
          [](const N& network, const py::object& x, int n_threads) {
            return py::object(run(network, x, n_threads, N::Output::scores, false)[0]);
          },
          "The raw scores.", py::arg("X"), py::arg("n_threads") = 0)
      .def(
          "forward",
          [](const N& network, const py::object& x, int n_threads) {
            return run(network, x, n_threads, N::Output::scores, true);
          },
          "The activations of each hidden layer, and the raw scores.", py::arg("X"), py::arg("n_threads") = 0);
}

}  // namespace

void bind_network(py::module_& module) {
  bind<float>(module, "Network32");
  bind<double>(module, "Network64");
}

}  // namespace rosenblatt
