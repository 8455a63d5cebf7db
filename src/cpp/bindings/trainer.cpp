// Trainer32 and Trainer64: epochs of training over a network.
#include "training/trainer.hpp"

#include "bindings/interrupt.hpp"
#include "bindings/network_object.hpp"
#include "bindings/optimizer_object.hpp"
#include "bindings/python_loss.hpp"
#include "bindings/settings.hpp"
#include "bindings/tables.hpp"

namespace rosenblatt {
namespace {

/// Owns what the trainer of the engine points to: the network and the samples. A flag protects it from calls by several
/// threads of Python at once.
template <class T>
class TrainerObject : public MadeByInit {
 public:
  TrainerObject(py::object network, const py::object& x, const py::object& y, const py::object& sample_weight,
                const py::object& loss, const py::kwargs& given)
      : owner_(std::move(network)), network_(instance_of<NetworkObject<T>>("network", owner_)), x_(x) {
    const Index rows = x_.view().rows;
    if (rows < 1) reject("X", "no rows", "at least 1");
    if (x_.view().columns != network_.inputs())
      reject("X", std::to_string(x_.view().columns) + " columns", std::to_string(network_.inputs()));
    TrainingOptions options;
    static const std::vector<SettingInfo> known = setting_infos(options);
    assign(options, "options", take_settings("options", given, known));
    batch_size_ = options.batch_size;
    if (!options.dropout.empty() && options.dropout.size() != network_.dense_layers().size())
      reject("dropout", std::to_string(options.dropout.size()) + " rates",
             std::to_string(network_.dense_layers().size()) + ", of the inputs and of each hidden layer");
    const std::size_t groups = network_.groups().size();
    for (const auto& [name, factors] : {std::pair("learning_rate_factors", &options.learning_rate_factors),
                                        std::pair("weight_decay_factors", &options.weight_decay_factors)})
      if (!factors->empty() && factors->size() != groups)
        reject(name, std::to_string(factors->size()) + " numbers",
               std::to_string(groups) + ", one for each parameter group");
    Samples<T> samples{x_.view(), {}, nullptr};
    const bool custom = !loss.is_none();
    if (!custom && network_.loss().categorical()) {
      classes_ = take<std::int32_t>("y", y);
      check_shape("y", classes_, {rows});
      classes_ = copy_of(classes_.data(), {rows});  // a copy, which nobody else can write into
      for (Index r = 0; r < rows; ++r)
        if (classes_.data()[r] < 0 || classes_.data()[r] >= network_.outputs())
          reject("y", std::to_string(classes_.data()[r]), "from 0 to " + std::to_string(network_.outputs() - 1));
      samples.targets.classes = classes_.data();
    } else {
      values_ = take<T>("y", y);
      if (custom && values_.ndim() != 2) reject("y", shape_of(values_), "2 dimensions");
      const Index columns = custom ? values_.shape(1) : network_.loss().target_columns(network_.outputs());
      check_shape("y", values_, {rows, columns});
      samples.targets.values = values_.data();
      samples.targets.columns = columns;
      if (custom) custom_loss_ = std::make_unique<PythonLoss<T>>(loss, columns);
    }
    if (!sample_weight.is_none()) {
      weights_ = take<T>("sample_weight", sample_weight);
      check_shape("sample_weight", weights_, {rows});
      samples.weights = weights_.data();
    }
    const Loss<T>& chosen = custom ? *custom_loss_ : network_.loss();
    trainer_ = std::make_unique<Trainer<T>>(network_, chosen, samples, options);
  }

  py::tuple epoch(const py::object& optimizer_argument, const py::object& learning_rate, const py::object& order,
                  const py::object& weight_decay, const py::object& dropout) {
    auto& optimizer = instance_of<OptimizerObject<T>>("optimizer", optimizer_argument);
    const Index rows = x_.view().rows;
    if (optimizer.size != network_.size()) reject("optimizer", "one of another network", "one of this network");
    Array<std::int64_t> indices;
    if (!order.is_none()) {
      indices = take<std::int64_t>("order", order);
      check_aligned("order", indices);
      if (indices.ndim() != 1 || indices.shape(0) < 1) reject("order", shape_of(indices), "1 dimension, not empty");
      indices = copy_of(indices.data(), {indices.shape(0)});  // a copy, as of the classes
      const std::int64_t *begin = indices.data(), *end = begin + indices.size();
      const auto* bad = std::find_if(begin, end, [rows](std::int64_t row) { return row < 0 || row >= rows; });
      if (bad != end) reject("order", std::to_string(*bad), "from 0 to " + std::to_string(rows - 1));
    }
    const Index picked = order.is_none() ? rows : indices.shape(0);
    const Index steps = trainer_->steps_of(picked);
    const bool constant = !py::isinstance<py::array>(learning_rate);
    const std::vector<double> rates = constant ? std::vector<double>{learning_rate.cast<double>()}
                                               : of_steps("learning_rate", learning_rate, {steps});
    const Index layers = static_cast<Index>(network_.dense_layers().size());
    std::vector<double> decays, dropout_rates;
    if (!weight_decay.is_none()) decays = of_steps("weight_decay", weight_decay, {steps});
    if (!dropout.is_none()) dropout_rates = of_steps("dropout", dropout, {steps, layers});
    for (const double rate : dropout_rates)
      if (!(rate >= 0.0 && rate < 1.0)) reject("dropout", py::str(py::float_(rate)), "rates in [0, 1)");
    const StepSchedule schedule{steps, rates.data(), constant, decays.empty() ? nullptr : decays.data(),
                                dropout_rates.empty() ? nullptr : dropout_rates.data()};
    x_.check_entries();
    std::vector<Array<T>> slots = optimizer.state;  // keeps the arrays while another thread sets new ones
    std::vector<T*> state;
    for (Array<T>& slot : slots) state.push_back(slot.mutable_data());
    const std::int64_t* first = order.is_none() ? nullptr : indices.data();
    return guarded([&](const std::function<bool()>& should_stop) {
      return trainer_->epoch(*optimizer.rule, state, optimizer.steps, schedule, first, picked, should_stop);
    });
  }

  py::tuple loss_and_gradients() {
    GradientArrays<T> to(network_.layers().size());
    py::list coefs, intercepts;
    for (std::size_t l = 0; l < network_.layers().size(); ++l)
      for (const ParameterShape& shape : network_.layers()[l]->parameters()) {
        if (shape.kind == ParameterKind::weights) coefs.append(array_of(to, l, shape));
        if (shape.kind == ParameterKind::biases) intercepts.append(array_of(to, l, shape));
      }
    const py::tuple loss = compute_gradients(to);
    return py::make_tuple(loss[0], loss[1], coefs, intercepts);
  }

  /// The loss may name, through its closure, what names this trainer; Python's garbage collector must see that.
  int traverse(visitproc visit, void* arg) const {
    if (custom_loss_) Py_VISIT(custom_loss_->function().ptr());
    return 0;
  }

  py::list vector_gradients() {
    GradientArrays<T> to(network_.layers().size());
    py::list vectors;
    for (std::size_t l = 0; l < network_.layers().size(); ++l)
      for (const ParameterShape& shape : network_.layers()[l]->parameters())
        if (shape.kind != ParameterKind::weights && shape.kind != ParameterKind::biases)
          vectors.append(array_of(to, l, shape));
    compute_gradients(to);
    return vectors;
  }

 private:
  /// A copy of numbers for each step, which nobody else can change.
  static std::vector<double> of_steps(const char* name, const py::object& object, std::initializer_list<Index> shape) {
    const auto given = take<double>(name, object);
    check_shape(name, given, shape);
    return {given.data(), given.data() + given.size()};
  }

  /// A new array for the gradient of a parameter of layer l.
  static py::array_t<T> array_of(GradientArrays<T>& to, std::size_t l, const ParameterShape& shape) {
    const bool matrix = shape.kind == ParameterKind::weights;
    py::array_t<T> array(matrix ? std::vector<Index>{shape.rows, shape.columns} : std::vector<Index>{shape.columns});
    to.of(static_cast<Index>(l), shape.kind) = array.mutable_data();
    return array;
  }

  py::tuple compute_gradients(const GradientArrays<T>& to) {
    if (batch_size_ < x_.view().rows)
      reject("batch_size", std::to_string(batch_size_), "all rows for loss_and_gradients");
    x_.check_entries();
    return guarded(
        [&](const std::function<bool()>& should_stop) { return trainer_->loss_and_gradients(to, should_stop); });
  }

  template <class Call>
  py::tuple guarded(Call&& call) {
    if (busy_.exchange(true)) throw std::runtime_error("this trainer is in use by another thread");
    struct Release {
      explicit Release(std::atomic<bool>& flag) : busy(flag) {}
      ~Release() { busy = false; }
      Release(const Release&) = delete;
      Release& operator=(const Release&) = delete;
      std::atomic<bool>& busy;
    } release(busy_);
    Interrupt interrupt;
    LossParts result;
    {
      const ReleaseGil unlocked;
      result = call(std::ref(interrupt));
    }
    interrupt.rethrow();
    return py::make_tuple(result.data, result.penalty);
  }

  py::object owner_;
  Network<T>& network_;
  TableArgument<T> x_;
  Array<T> values_, weights_;
  Array<std::int32_t> classes_;
  Index batch_size_;
  std::unique_ptr<PythonLoss<T>> custom_loss_;  // null: the network's own
  std::unique_ptr<Trainer<T>> trainer_;
  std::atomic<bool> busy_{false};
};

template <class T>
void set_up_type(PyHeapTypeObject* heap_type) {
  check_allocation(heap_type);
  PyTypeObject& type = heap_type->ht_type;
  type.tp_flags |= Py_TPFLAGS_HAVE_GC;
  type.tp_traverse = [](PyObject* self, visitproc visit, void* arg) {
    Py_VISIT(Py_TYPE(self));
    if (!py::detail::is_holder_constructed(self)) return 0;
    return py::cast<const TrainerObject<T>&>(py::handle(self)).traverse(visit, arg);
  };
}

template <class T>
void bind(py::module_& module, const char* name) {
  using R = TrainerObject<T>;
  py::class_<R>(module, name, py::module_local(), py::custom_type_setup(set_up_type<T>))
      .def("__init__",
           init_of<R, py::object, const py::object&, const py::object&, const py::object&, const py::object&,
                   const py::kwargs&>(),
           kConstructor, py::arg("network"), py::arg("X"), py::arg("y"), py::arg("sample_weight") = py::none(),
           py::kw_only(), py::arg("loss") = py::none())
      .def("epoch", &R::epoch, py::arg("optimizer"), py::arg("learning_rate"), py::arg("order") = py::none(),
           py::kw_only(), py::arg("weight_decay") = py::none(), py::arg("dropout") = py::none(),
           "Train for one epoch over the samples with the indices `order` (None: all, in their order), with one "
           "learning rate, or an array with a rate for each step. `weight_decay` (steps,) and `dropout` (steps, rates "
           "of "
           "the inputs and of each hidden layer) replace the optimizer's and the trainer's for each step. Return the "
           "mean loss and the mean penalty.")
      .def("loss_and_gradients", &R::loss_and_gradients,
           "Return (loss, penalty, coefs, intercepts): the loss, the penalty, and the gradients of their sum.")
      .def("vector_gradients", &R::vector_gradients,
           "Return the gradients of the other groups of parameters, in the order of the network's groups.");
}

}  // namespace

void bind_trainer(py::module_& module) {
  module.attr("TRAINING_OPTIONS") = describe(setting_infos(TrainingOptions()));
  py::register_local_exception<ZeroWeightSumError>(module, "ZeroWeightSumError", PyExc_ZeroDivisionError);
  bind<float>(module, "Trainer32");
  bind<double>(module, "Trainer64");
}

}  // namespace rosenblatt
