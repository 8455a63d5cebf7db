// Network32 and Network64: a network's parameters and predictions.
#include "base/finite.hpp"
#include "bindings/loss_spec.hpp"
#include "bindings/network_object.hpp"
#include "bindings/prediction.hpp"

namespace rosenblatt {
namespace {

template <class T>
const Layer<T>& dense_layer(const Network<T>& network, Index layer) {
  const auto& layers = network.dense_layers();
  if (layer < 0 || layer >= static_cast<Index>(layers.size()))
    reject("layer", std::to_string(layer), "from 0 to " + std::to_string(layers.size() - 1));
  return *layers[layer];
}

/// The layer of dense layer `layer` that has parameters of this kind, or the scaling layer.
template <class T>
const Layer<T>& layer_with(const Network<T>& network, ParameterKind kind, const char* name, Index layer) {
  const Layer<T>& found = kind == ParameterKind::scale ? *network.layers().front() : dense_layer(network, layer);
  for (const ParameterShape& shape : found.parameters())
    if (shape.kind == kind) return found;
  reject(name, "an array for a layer without them", "a network and a layer that has " + std::string(name));
}

template <class T>
void check_layer(const Network<T>& network, Index layer, const Array<T>& coefs, const Array<T>& intercepts) {
  const Layer<T>& dense = dense_layer(network, layer);
  check_shape("coefs", coefs, {dense.inputs(), dense.outputs()});
  check_shape("intercepts", intercepts, {dense.outputs()});
}

template <class T>
void set_vector(Network<T>& network, ParameterKind kind, const char* name, Index layer, const Array<T>& from) {
  const Layer<T>& owner = layer_with(network, kind, name, layer);
  check_shape(name, from, {owner.outputs()});
  owner.pack(kind, from.data(), network.parameters());
}

template <class T>
py::array_t<T> get_vector(const Network<T>& network, ParameterKind kind, const char* name, Index layer) {
  const Layer<T>& owner = layer_with(network, kind, name, layer);
  py::array_t<T> to(owner.outputs());
  owner.unpack(kind, network.parameters(), to.mutable_data());
  return to;
}

/// "scale", or the kind and the index of the dense layer, such as "weights[0]".
template <class T>
std::vector<std::string> group_names(const Network<T>& network) {
  std::vector<std::string> names;
  const Index skipped = network.has_scaling() ? 1 : 0;
  for (const ParameterGroup& group : network.groups()) {
    const std::string_view kind = name_of(group.kind);
    names.push_back(group.kind == ParameterKind::scale
                        ? std::string(kind)
                        : std::string(kind) + "[" + std::to_string(group.layer - skipped) + "]");
  }
  return names;
}

/// The outputs (rows, outputs), and with `hidden` before them the activations of each hidden layer.
template <class T>
py::object run(const NetworkObject<T>& network, const py::object& x, int n_threads, bool only_ready, bool scores,
               bool hidden) {
  if (only_ready && !is_row_major<T>(x, network.inputs())) return py::none();
  const TableArgument<T> table(x);
  const Index rows = table.view().rows;
  if (table.view().columns != network.inputs())
    reject("X", std::to_string(table.view().columns) + " columns", std::to_string(network.inputs()));
  py::array_t<T> outputs({rows, network.outputs()});
  PredictionOutputs<T> to{outputs.mutable_data()};
  const PredictionPolicy policy{scores, only_ready, n_threads};
  if (!hidden) return predict_into<T>(network, table, policy, to, outputs);
  py::list results;
  for (const DenseLayer<T>* layer : network.dense_layers()) {
    if (!layer->has_activation()) continue;
    py::array_t<T> activations({rows, layer->outputs()});
    to.hidden.push_back(activations.mutable_data());
    results.append(activations);
  }
  results.append(outputs);
  return predict_into<T>(network, table, policy, to, results);
}

template <class T>
NetworkObject<T>* make(const std::vector<Index>& widths, const std::vector<std::string>& activations,
                       const std::string& loss, const std::optional<std::string>& output_activation,
                       const LossSettings& loss_settings, bool scaling, bool slopes) {
  return ::new NetworkObject<T>(Architecture{widths, activations, scaling, slopes},
                                loss_spec(loss, output_activation, loss_settings));
}

template <class T>
void bind(py::module_& module, const char* name) {
  using N = NetworkObject<T>;
  py::class_<N>(module, name, py::module_local(), py::custom_type_setup(check_allocation))
      .def("__init__", init_with(&make<T>), kConstructor, py::arg("widths"), py::arg("activations"), py::arg("loss"),
           py::arg("output_activation") = py::none(), py::arg("loss_settings") = py::dict(), py::kw_only(),
           py::arg("scaling") = false, py::arg("slopes") = false)
      .def(
          "set_layer",
          [](N& network, Index layer, const Array<T>& coefs, const Array<T>& intercepts) {
            check_layer(network, layer, coefs, intercepts);
            const Layer<T>& dense = *network.dense_layers()[layer];
            dense.pack(ParameterKind::weights, coefs.data(), network.parameters());
            dense.pack(ParameterKind::biases, intercepts.data(), network.parameters());
          },
          py::arg("layer"), py::arg("coefs").noconvert(), py::arg("intercepts").noconvert())
      .def(
          "get_layer",
          [](const N& network, Index layer, Array<T>& coefs, Array<T>& intercepts) {
            check_layer(network, layer, coefs, intercepts);
            const Layer<T>& dense = *network.dense_layers()[layer];
            dense.unpack(ParameterKind::weights, network.parameters(), coefs.mutable_data());
            dense.unpack(ParameterKind::biases, network.parameters(), intercepts.mutable_data());
          },
          "Writes the layer's parameters into the two arrays.", py::arg("layer"), py::arg("coefs").noconvert(),
          py::arg("intercepts").noconvert())
      .def(
          "set_scale",
          [](N& network, const Array<T>& scale) { set_vector(network, ParameterKind::scale, "scale", 0, scale); },
          "Sets the factors (inputs,) of the scaling layer.", py::arg("scale").noconvert())
      .def(
          "get_scale", [](const N& network) { return get_vector(network, ParameterKind::scale, "scale", 0); },
          "The factors (inputs,) of the scaling layer.")
      .def(
          "set_slopes",
          [](N& network, Index layer, const Array<T>& slopes) {
            set_vector(network, ParameterKind::slopes, "slopes", layer, slopes);
          },
          "Sets the slopes (outputs,) of a hidden layer.", py::arg("layer"), py::arg("slopes").noconvert())
      .def(
          "get_slopes",
          [](const N& network, Index layer) { return get_vector(network, ParameterKind::slopes, "slopes", layer); },
          "The slopes (outputs,) of a hidden layer.", py::arg("layer"))
      .def(
          "group_names", [](const N& network) { return group_names(network); },
          "The names of the parameter groups, such as 'weights[0]', in order.")
      .def(
          "finite", [](const N& network) { return all_finite(network.parameters(), network.size()); },
          "Whether all parameters are finite.")
      .def_property_readonly_static("dtype", [](const py::object&) { return py::dtype::of<T>(); })
      .def(
          "predict",
          [](const N& network, const py::object& x, int n_threads, bool only_ready) {
            return run(network, x, n_threads, only_ready, false, false);
          },
          "The predictions (rows, outputs). With `only_ready`, None where X is not a C-ordered array of this dtype "
          "with "
          "the right number of columns, or holds NaN or infinity.",
          py::arg("X"), py::arg("n_threads") = 0, py::arg("only_ready") = false)
      .def(
          "scores",
          [](const N& network, const py::object& x, int n_threads, bool only_ready) {
            return run(network, x, n_threads, only_ready, true, false);
          },
          "The raw scores (rows, outputs).", py::arg("X"), py::arg("n_threads") = 0, py::arg("only_ready") = false)
      .def(
          "forward",
          [](const N& network, const py::object& x, int n_threads, bool only_ready) {
            return run(network, x, n_threads, only_ready, true, true);
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
