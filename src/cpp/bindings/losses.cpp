// The losses: what is known about each, and their values, gradients and predictions over arrays.
#include "bindings/loss_spec.hpp"
#include "bindings/mapped.hpp"
#include "bindings/settings.hpp"
#include "bindings/tables.hpp"
#include "rules/losses/loss.hpp"
#include "rules/names.hpp"
#include "rules/output_activations.hpp"

namespace rosenblatt {
namespace {

py::dict describe(const LossInfo& info) {
  py::dict entry;
  entry["summary"] = text(info.summary);
  entry["formula"] = text(info.formula);
  entry["source"] = text(info.source);
  entry["targets"] = text(info.targets);
  entry["tasks"] = texts(info.tasks);
  entry["counterpart"] = info.counterpart.empty() ? py::object(py::none()) : text(info.counterpart);
  entry["margins"] = info.margins;
  entry["categorical"] = info.categorical;
  entry["output_activations"] = texts(info.output_activations);
  entry["why"] = text(info.why);
  entry["settings"] = describe(info.settings);
  return entry;
}

template <class T>
void check_scores(const Array<T>& z, const Loss<T>& loss) {
  if (z.ndim() != 2 || z.shape(1) < 1) reject("z", shape_of(z), "2 dimensions, with at least 1 column");
  check_aligned("z", z);
  loss.target_columns(z.shape(1));  // throws if the loss does not accept this number of outputs
}

template <class T>
[[noreturn]] void refuse_target(const Loss<T>& loss, T target) {
  reject("y", std::string(py::str(py::float_(static_cast<double>(target)))),
         std::string(loss.targets()) + " for loss='" + std::string(loss.name()) + "'");
}

template <class T>
void check_targets(const Loss<T>& loss, const Array<T>& y) {
  check_aligned("y", y);
  const Index bad = loss.first_bad_target(y.data(), y.size());
  if (bad >= 0) refuse_target(loss, y.data()[bad]);
}

template <class T>
py::tuple evaluate(const std::string& name, const std::optional<std::string>& output_activation,
                   const LossSettings& settings, const Array<T>& z, const py::object& y) {
  const auto loss = Loss<T>::make(loss_spec(name, output_activation, settings));
  check_scores(z, *loss);
  const Index rows = z.shape(0), outputs = z.shape(1);
  Array<std::int32_t> classes;
  Array<T> values;
  Targets<T> targets;
  if (loss->categorical()) {
    classes = take<std::int32_t>("y", y);
    check_shape("y", classes, {rows});
    targets.classes = classes.data();
  } else {
    values = take<T>("y", y);
    check_shape("y", values, {rows, loss->target_columns(outputs)});
    targets.values = values.data();
  }
  py::array_t<T> gradient({rows, outputs});
  py::array_t<double> row_loss(rows);
  T* const to_gradient = gradient.mutable_data();
  double* const to_loss = row_loss.mutable_data();
  Index bad = -1;
  {
    const ReleaseGil release;
    bad = loss->evaluate_all(z.data(), targets, rows, outputs, to_gradient, to_loss);
  }
  if (bad >= 0 && targets.classes)
    reject("y", std::to_string(classes.data()[bad]), "from 0 to " + std::to_string(outputs - 1));
  if (bad >= 0) refuse_target(*loss, values.data()[bad]);
  return py::make_tuple(row_loss, gradient);
}

/// A loss with an output activation, for arrays that need no conversion: all that a call does is the loss itself.
class LossFunction : public MadeByInit {
 public:
  LossFunction(const std::string& name, const std::optional<std::string>& output_activation,
               const LossSettings& settings)
      : in_float32_(Loss<float>::make(loss_spec(name, output_activation, settings))),
        in_float64_(Loss<double>::make(loss_spec(name, output_activation, settings))) {}

  /// The loss of each row and the gradient; None if an array needs a conversion, or is not as it should be.
  py::object evaluate(const py::object& y, const py::object& z) const {
    if (is_ready<float>(z)) return run(*in_float32_, y, py::reinterpret_borrow<Array<float>>(z));
    if (is_ready<double>(z)) return run(*in_float64_, y, py::reinterpret_borrow<Array<double>>(z));
    return py::none();
  }

 private:
  template <class T>
  static py::object run(const Loss<T>& loss, const py::object& y, const Array<T>& z) {
    if (loss.categorical() || !is_ready<T>(y)) return py::none();
    const auto targets = py::reinterpret_borrow<Array<T>>(y);
    const auto columns_of = [](const Array<T>& array) {
      return array.ndim() == 2 ? array.shape(1) : array.ndim() == 1 ? 1 : -1;
    };
    const Index outputs = columns_of(z), columns = columns_of(targets);
    if (outputs < 1 || columns < 1 || targets.shape(0) != z.shape(0) || columns != loss.target_columns(outputs))
      return py::none();
    const Index rows = z.shape(0);
    py::array_t<T> gradient(std::vector<py::ssize_t>(z.shape(), z.shape() + z.ndim()));
    py::array_t<T> row_loss(rows);
    Targets<T> all;
    all.values = targets.data();
    T *const to_gradient = gradient.mutable_data(), *const to_loss = row_loss.mutable_data();
    const auto evaluate_all = [&] { return loss.evaluate_all(z.data(), all, rows, outputs, to_gradient, to_loss); };
    Index bad = -1;
    if (z.size() <= kShortCall) {
      bad = evaluate_all();
    } else {
      const ReleaseGil release;
      bad = evaluate_all();
    }
    if (bad >= 0) return py::none();
    return py::make_tuple(row_loss, gradient);
  }

  std::unique_ptr<Loss<float>> in_float32_;
  std::unique_ptr<Loss<double>> in_float64_;
};

template <class T>
Array<T> apply(const std::string& name, const std::optional<std::string>& output_activation,
               const LossSettings& settings, const Array<T>& z) {
  const auto loss = Loss<T>::make(loss_spec(name, output_activation, settings));
  check_scores(z, *loss);
  Array<T> predictions = copy_of(z.data(), {z.shape(0), z.shape(1)});
  T* const scores = predictions.mutable_data();
  const Index rows = z.shape(0), outputs = z.shape(1);
  {
    const ReleaseGil release;
    loss->predict(scores, rows, outputs);
  }
  return predictions;
}

template <class T>
void bind(py::module_& module, const char* evaluate_name, const char* apply_name, const char* check_name) {
  module.def(
      evaluate_name, &evaluate<T>,
      "Return the loss of each row (rows,), as float64, and its gradient with respect to the raw scores z (rows, "
      "outputs). y is (rows, targets), or for categorical losses the index of the class of each row.",
      py::arg("loss"), py::arg("output_activation"), py::arg("settings"), py::arg("z").noconvert(), py::arg("y"));
  module.def(apply_name, &apply<T>, "Return the predictions (rows, outputs) of raw scores z (rows, outputs).",
             py::arg("loss"), py::arg("output_activation"), py::arg("settings"), py::arg("z").noconvert());
  module.def(
      check_name,
      [](const std::string& name, const LossSettings& settings, const Array<T>& y) {
        check_targets(*Loss<T>::make(loss_spec(name, std::nullopt, settings)), y);
      },
      "Raise ValueError for targets that the loss is not defined for.", py::arg("loss"), py::arg("settings"),
      py::arg("y").noconvert());
}

}  // namespace

void bind_losses(py::module_& module) {
  py::list names;
  py::dict infos;
  for (const LossInfo& info : loss_infos()) {
    names.append(text(info.name));
    infos[text(info.name)] = describe(info);
  }
  module.attr("LOSSES") = py::tuple(names);
  module.attr("LOSS_INFO") = infos;
  module.attr("OUTPUT_ACTIVATIONS") = texts(names_of<outputs::List>());
  module.def(
      "check_loss",
      [](const std::string& loss, const std::optional<std::string>& output_activation, const LossSettings& settings) {
        return std::string(Loss<double>::make(loss_spec(loss, output_activation, settings))->output_activation());
      },
      "Return the name of the output activation. Raise ValueError for names, pairs and settings that do not exist.",
      py::arg("loss"), py::arg("output_activation"), py::arg("settings"));
  py::class_<LossFunction>(module, "LossFunction", py::module_local(), py::custom_type_setup(check_allocation))
      .def("__init__",
           init_of<LossFunction, const std::string&, const std::optional<std::string>&, const LossSettings&>(),
           kConstructor, py::arg("loss"), py::arg("output_activation"), py::arg("settings"))
      .def("evaluate", &LossFunction::evaluate, py::arg("y"), py::arg("z"),
           "Return the loss of each row and its gradient as evaluate_loss does, both in the dtype and the gradient in "
           "the shape of z; None if an array needs a conversion, or would raise an error.");
  bind<float>(module, "evaluate_loss32", "apply_output32", "check_targets32");
  bind<double>(module, "evaluate_loss64", "apply_output64", "check_targets64");
}

}  // namespace rosenblatt
