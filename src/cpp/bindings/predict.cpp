// Predictions from plain lists of parameters, as fitted estimators hold them.
#include "base/finite.hpp"
#include "bindings/interrupt.hpp"
#include "bindings/loss_spec.hpp"
#include "bindings/tables.hpp"
#include "kernels/single_rows.hpp"
#include "model/network.hpp"
#include "training/partition.hpp"

namespace rosenblatt {
namespace {

template <class T>
std::vector<direct::LayerView<T>> views(const std::vector<Array<T>>& coefs, const std::vector<Array<T>>& intercepts,
                                        const std::vector<std::string>& activations, Index columns) {
  if (coefs.empty() || coefs.size() != intercepts.size())
    reject("coefs, intercepts", std::to_string(coefs.size()) + " and " + std::to_string(intercepts.size()) + " arrays",
           "as many of each, at least 1");
  if (activations.size() + 1 != coefs.size())
    reject("activations", std::to_string(activations.size()) + " names", std::to_string(coefs.size() - 1));
  std::vector<direct::LayerView<T>> layers;
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
py::object predict(const py::object& x, const std::vector<Array<T>>& coefs, const std::vector<Array<T>>& intercepts,
                   const std::vector<std::string>& activations, const std::string& loss, int n_threads,
                   const std::optional<std::string>& output_activation, const LossSettings& loss_settings,
                   bool only_finite) {
  const TableArgument<T> table(x);
  const auto layers = views(coefs, intercepts, activations, table.view().columns);
  const LossSpec spec = loss_spec(loss, output_activation, loss_settings);
  const auto link = Loss<T>::make(spec);
  link->target_columns(layers.back().outputs);  // throws if the loss takes no such number of outputs
  py::array_t<T> out({table.view().rows, layers.back().outputs});
  T* to = out.mutable_data();
  if (!table.view().sparse() && table.view().rows <= plan::kDirectRows) {
    if (only_finite && !all_finite(table.view().dense, table.view().rows * table.view().columns)) return py::none();
    // On a team of one, so that subnormal numbers are flushed here too.
    team::run(1, [&](team::Member) {
      direct::scores(layers, table.view(), to);
      link->predict(to, table.view().rows, layers.back().outputs);
    });
    return std::move(out);
  }
  bool finite = true;
  Interrupt interrupt;
  {
    const py::gil_scoped_release release;
    std::vector<Index> widths{layers.front().inputs};
    for (const auto& layer : layers) widths.push_back(layer.outputs);
    Network<T> network(widths, activations, spec);
    for (std::size_t l = 0; l < layers.size(); ++l)
      network.set_layer(static_cast<Index>(l), layers[l].coefs, layers[l].intercepts);
    finite = network.predict(table.view(), Network<T>::Output::predictions, to, {}, n_threads, only_finite,
                             std::ref(interrupt));
  }
  interrupt.rethrow();
  if (!finite) return py::none();
  return std::move(out);
}

template <class T>
void bind(py::module_& module, const char* name) {
  module.def(name, &predict<T>,
             "Predictions (rows, outputs) of the network with these parameters, coefs[l] (inputs, outputs) and "
             "intercepts[l] (outputs,). With `only_finite`, None if there is NaN or infinity in a dense X.",
             py::arg("X"), py::arg("coefs"), py::arg("intercepts"), py::arg("activations"), py::arg("loss"),
             py::arg("n_threads") = 0, py::arg("output_activation") = py::none(), py::arg("loss_settings") = py::dict(),
             py::arg("only_finite") = false);
}

}  // namespace

void bind_predict(py::module_& module) {
  bind<float>(module, "predict32");
  bind<double>(module, "predict64");
}

}  // namespace rosenblatt
