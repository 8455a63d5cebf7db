// Network32 and Network64: a dense network's parameters and predictions.
#include "bindings/interrupt.hpp"
#include "bindings/loss_spec.hpp"
#include "bindings/network_object.hpp"
#include "bindings/tables.hpp"
#include "base/finite.hpp"
#include "training/partition.hpp"

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

/// The outputs (rows, outputs), and with `hidden` before them the activations of each hidden layer. With `only_ready`,
/// None where X is not as the engine takes it, or holds NaN or infinity: the caller then converts it or says what is
/// wrong. So what is ready is looked at once, here.
template <class T>
py::object run(const NetworkObject<T>& network, const py::object& x, int n_threads, bool only_ready,
               typename Network<T>::Output output, bool hidden) {
  if (only_ready && !is_row_major<T>(x, network.inputs())) return py::none();
  const TableArgument<T> table(x);
  const Table<T>& view = table.view();
  if (view.columns != network.inputs())
    reject("X", std::to_string(view.columns) + " columns", std::to_string(network.inputs()));
  py::list results;
  std::vector<T*> to;
  if (hidden)
    for (std::size_t l = 0; l + 1 < network.layers().size(); ++l) {
      py::array_t<T> activations({view.rows, network.layers()[l].outputs});
      to.push_back(activations.mutable_data());
      results.append(activations);
    }
  py::array_t<T> outputs({view.rows, network.outputs()});
  T* const out = outputs.mutable_data();
  bool finite = true;
  if (network.operations(view.rows) < plan::kPredictionWorthWaking) {
    // Too short for others to gain by the GIL, or for Ctrl-C to wait.
    finite = network.predict(view, output, out, to, n_threads, only_ready, {});
  } else {
    Interrupt interrupt;
    {
      const py::gil_scoped_release release;
      finite = network.predict(view, output, out, to, n_threads, only_ready, std::ref(interrupt));
    }
    interrupt.rethrow();
  }
  if (!finite) return py::none();
  if (!hidden) return std::move(outputs);
  results.append(outputs);
  return std::move(results);
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
          "finite", [](const N& network) { return all_finite(network.weights(), network.weights_size()); },
          "Whether all parameters are finite.")
      .def_property_readonly_static("dtype", [](const py::object&) { return py::dtype::of<T>(); })
      .def(
          "predict",
          [](const N& network, const py::object& x, int n_threads, bool only_ready) {
            return run(network, x, n_threads, only_ready, N::Output::predictions, false);
          },
          py::arg("X"), py::arg("n_threads") = 0, py::arg("only_ready") = false)
      .def(
          "scores",
          [](const N& network, const py::object& x, int n_threads, bool only_ready) {
            return run(network, x, n_threads, only_ready, N::Output::scores, false);
          },
          "The raw scores.", py::arg("X"), py::arg("n_threads") = 0, py::arg("only_ready") = false)
      .def(
          "forward",
          [](const N& network, const py::object& x, int n_threads, bool only_ready) {
            return run(network, x, n_threads, only_ready, N::Output::scores, true);
          },
          "The activations of each hidden layer, and the raw scores.", py::arg("X"), py::arg("n_threads") = 0,
          py::arg("only_ready") = false);
}

}  // namespace

void bind_network(py::module_& module) {
  bind<float>(module, "Network32");
  bind<double>(module, "Network64");
}

}  // namespace rosenblatt
