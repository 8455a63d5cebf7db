// Predictions from plain lists of parameters, as fitted estimators hold them.
#include "bindings/loss_spec.hpp"
#include "bindings/prediction.hpp"

namespace rosenblatt {
namespace {

template <class T>
std::vector<RowMajorLayer<T>> layers_of(const std::vector<Array<T>>& coefs, const std::vector<Array<T>>& intercepts,
                                        const std::vector<std::string>& activations, Index columns) {
  if (coefs.empty() || coefs.size() != intercepts.size())
    reject("coefs, intercepts", std::to_string(coefs.size()) + " and " + std::to_string(intercepts.size()) + " arrays",
           "as many of each, at least 1");
  if (activations.size() + 1 != coefs.size())
    reject("activations", std::to_string(activations.size()) + " names", std::to_string(coefs.size() - 1));
  std::vector<RowMajorLayer<T>> layers;
  Index inputs = columns;
  for (std::size_t l = 0; l < coefs.size(); ++l) {
    const std::string which = "[" + std::to_string(l) + "]";
    if (coefs[l].ndim() != 2) reject("coefs" + which, shape_of(coefs[l]), "2 dimensions");
    const Index outputs = coefs[l].shape(1);
    check_shape("coefs" + which, coefs[l], {inputs, std::max<Index>(outputs, 1)});
    check_shape("intercepts" + which, intercepts[l], {outputs});
    Activation<T> activation{};
    if (l < activations.size()) activation = Activation<T>::find(activations[l]);
    layers.push_back({activation, inputs, outputs, coefs[l].data(), intercepts[l].data()});
    inputs = outputs;
  }
  return layers;
}

template <class T>
py::object predict_of(const py::object& x, const std::vector<Array<T>>& coefs, const std::vector<Array<T>>& intercepts,
                      const std::vector<std::string>& activations, const std::string& loss, int n_threads,
                      const std::optional<std::string>& output_activation, const LossSettings& loss_settings,
                      bool only_ready) {
  if (only_ready && (coefs.empty() || coefs[0].ndim() != 2 || !is_row_major<T>(x, coefs[0].shape(0))))
    return py::none();
  const TableArgument<T> table(x);
  LossSpec spec = loss_spec(loss, output_activation, loss_settings);
  auto chosen = Loss<T>::make(spec);
  const RowMajorNetwork<T> network{layers_of(coefs, intercepts, activations, table.view().columns), std::move(spec),
                                   std::move(chosen)};
  const Index outputs = network.layers.back().outputs;
  network.loss->target_columns(outputs);  // throws if the loss takes no such number of outputs
  py::array_t<T> out({table.view().rows, outputs});
  const PredictionPolicy policy{false, only_ready, n_threads};
  return predict_into<T>(network, table, policy, {out.mutable_data()}, out);
}

template <class T>
void bind(py::module_& module, const char* name) {
  module.def(
      name, &predict_of<T>,
      "Predictions (rows, outputs) of the network with these parameters, coefs[l] (inputs, outputs) and "
      "intercepts[l] (outputs,). With `only_ready`, None where X is not a C-ordered array of this dtype with the "
      "right number of columns, or holds NaN or infinity.",
      py::arg("X"), py::arg("coefs"), py::arg("intercepts"), py::arg("activations"), py::arg("loss"),
      py::arg("n_threads") = 0, py::arg("output_activation") = py::none(), py::arg("loss_settings") = py::dict(),
      py::arg("only_ready") = false);
}

}  // namespace

void bind_predict(py::module_& module) {
  bind<float>(module, "predict32");
  bind<double>(module, "predict64");
}

}  // namespace rosenblatt
