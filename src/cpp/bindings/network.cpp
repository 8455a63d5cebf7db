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

template <class T>
void check_layer(const Network<T>& network, Index layer, const Array<T>& coefs, const Array<T>& intercepts) {
  const Layer<T>& dense = dense_layer(network, layer);
  check_shape("coefs", coefs, {dense.inputs(), dense.outputs()});
  check_shape("intercepts", intercepts, {dense.outputs()});
}

/// The kind, and for dense layers the index among them, such as "weights[0]".
template <class T>
std::string name_of(const Network<T>& network, const ParameterGroup& group) {
  const Index in_front = static_cast<Index>(network.layers_in_front());
  const std::string kind(name_of(group.kind));
  return group.layer < in_front ? kind : kind + "[" + std::to_string(group.layer - in_front) + "]";
}

template <class T>
std::vector<std::string> group_names(const Network<T>& network) {
  std::vector<std::string> names;
  for (const ParameterGroup& group : network.groups()) names.push_back(name_of(network, group));
  return names;
}

/// A group of parameters that is a vector: neither weights nor biases.
template <class T>
struct VectorOf {
  const Layer<T>& layer;
  ParameterShape shape;
};

template <class T>
VectorOf<T> vector_of(const Network<T>& network, const std::string& wanted) {
  std::string known;
  for (const ParameterGroup& group : network.groups()) {
    if (group.kind == ParameterKind::weights || group.kind == ParameterKind::biases) continue;
    const std::string name = name_of(network, group);
    const Layer<T>& layer = *network.layers()[group.layer];
    if (name == wanted)
      for (const ParameterShape& shape : layer.parameters())
        if (shape.kind == group.kind) return {layer, shape};
    known += (known.empty() ? "" : ", ") + name;
  }
  reject("group", "'" + wanted + "'", known.empty() ? "a network with such parameters" : "one of " + known);
}

template <class T>
void set_vector(Network<T>& network, const std::string& group, const Array<T>& from) {
  const VectorOf<T> found = vector_of(network, group);
  check_shape(group, from, {found.shape.columns});
  found.layer.pack(found.shape.kind, from.data(), network.parameters());
}

template <class T>
py::array_t<T> get_vector(const Network<T>& network, const std::string& group) {
  const VectorOf<T> found = vector_of(network, group);
  py::array_t<T> to(found.shape.columns);
  found.layer.unpack(found.shape.kind, network.parameters(), to.mutable_data());
  return to;
}

/// An embedding from None, ("periodic", frequencies, outputs), ("categories", categories, outputs), or ("cumulative" or
/// "local", list of borders).
EmbeddingSpec embedding_spec(const py::handle& given) {
  using Kind = EmbeddingSpec::Kind;
  if (given.is_none()) return {};
  const auto not_one = [&given] {
    return py::type_error("embeddings: got " + std::string(py::repr(given)) +
                          ", expected None or a tuple of a kind and its numbers");
  };
  try {
    const auto parts = py::isinstance<py::tuple>(given) ? py::reinterpret_borrow<py::tuple>(given) : py::tuple();
    const std::string kind = parts.empty() ? "" : parts[0].cast<std::string>();
    if ((kind == "periodic" || kind == "categories") && parts.size() == 3)
      return {kind == "periodic" ? Kind::periodic : Kind::categories, parts[1].cast<Index>(), parts[2].cast<Index>()};
    if ((kind == "cumulative" || kind == "local") && parts.size() == 2)
      return {kind == "local" ? Kind::local : Kind::cumulative, 0, 1, parts[1].cast<std::vector<double>>()};
  } catch (const py::cast_error&) {
    throw not_one();
  }
  throw not_one();
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
                       const LossSettings& loss_settings, bool scaling, bool slopes, const py::list& embeddings) {
  std::vector<EmbeddingSpec> specs;
  for (const py::handle& embedding : embeddings) specs.push_back(embedding_spec(embedding));
  return ::new NetworkObject<T>(Architecture{widths, activations, scaling, slopes, std::move(specs)},
                                loss_spec(loss, output_activation, loss_settings));
}

template <class T>
void bind(py::module_& module, const char* name) {
  using N = NetworkObject<T>;
  py::class_<N>(module, name, py::module_local(), py::custom_type_setup(check_allocation))
      .def("__init__", init_with(&make<T>), kConstructor, py::arg("widths"), py::arg("activations"), py::arg("loss"),
           py::arg("output_activation") = py::none(), py::arg("loss_settings") = py::dict(), py::kw_only(),
           py::arg("scaling") = false, py::arg("slopes") = false, py::arg("embeddings") = py::list())
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
          "set_vector",
          [](N& network, const std::string& group, const Array<T>& values) { set_vector(network, group, values); },
          "Sets a group of parameters other than weights and biases, by its name.", py::arg("group"),
          py::arg("values").noconvert())
      .def(
          "get_vector", [](const N& network, const std::string& group) { return get_vector(network, group); },
          "A group of parameters other than weights and biases, by its name.", py::arg("group"))
      .def(
          "group_names", [](const N& network) { return group_names(network); },
          "The names of the parameter groups, such as 'weights[0]', in order.")
      .def(
          "first_inputs", [](const N& network) { return network.dense_layers().front()->inputs(); },
          "The number of inputs of the first dense layer: with embeddings, more than the columns of X.")
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
