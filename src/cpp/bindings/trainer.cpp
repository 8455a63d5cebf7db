// Optimizer32/64 and Trainer32/64: epochs of training over a network.
#include "trainer.hpp"

#include "bindings/interrupt.hpp"
#include "bindings/network_object.hpp"
#include "bindings/tables.hpp"

namespace rosenblatt {
namespace {

/// An optimizer's rule and its state, which Python may read, replace and store as plain arrays.
template <class T>
struct OptimizerObject : MadeByInit {
  std::unique_ptr<Optimizer<T>> rule;
  Index size;
  std::vector<Array<T>> state;
  std::int64_t steps = 0;

  OptimizerObject(const std::string& name, const std::map<std::string, double>& settings, const py::object& network)
      : rule(Optimizer<T>::find(name)), size(instance_of<NetworkObject<T>>("network", network).weights_size()) {
    if (!rule) throw py::value_error("optimizer: unknown name '" + name + "'");
    for (const auto& [key, value] : settings) {
      bool known = false;
      for (const Setting& setting : rule->settings())
        if (setting.name == key) {
          *setting.value = value;
          known = true;
        }
      if (!known) throw py::value_error("optimizer: '" + name + "' has no setting '" + key + "'");
    }
    for (int s = 0; s < rule->slots(); ++s) {
      state.emplace_back(size);
      std::fill_n(state.back().mutable_data(), size, T(0));
    }
  }

  void set_state(std::vector<Array<T>> arrays) {
    if (arrays.size() != state.size())
      reject("state", std::to_string(arrays.size()) + " arrays", std::to_string(state.size()));
    for (const Array<T>& array : arrays) check_shape("state", array, {size});
    state = std::move(arrays);
  }

  void set_steps(std::int64_t count) {
    if (count < 0 || count > kMostSteps)
      reject("steps", std::to_string(count), "from 0 to " + std::to_string(kMostSteps));
    steps = count;
  }
  static constexpr std::int64_t kMostSteps = std::int64_t(1) << 60;
};

/// Holds what the engine's trainer points to: the network, the samples, and a lock, since Python may call from threads.
template <class T>
class TrainerObject : public MadeByInit {
 public:
  TrainerObject(py::object network, const py::object& x, const py::object& y, const py::object& sample_weight,
                Index batch_size, double alpha, int n_threads)
      : owner_(std::move(network)),
        network_(instance_of<NetworkObject<T>>("network", owner_)),
        x_(x),
        batch_size_(batch_size) {
    const Index rows = x_.view().rows;
    if (rows < 1) reject("X", "no rows", "at least 1");
    if (x_.view().columns != network_.inputs())
      reject("X", std::to_string(x_.view().columns) + " columns", std::to_string(network_.inputs()));
    if (batch_size < 1) reject("batch_size", std::to_string(batch_size), "at least 1");
    if (!(alpha >= 0.0)) reject("alpha", std::to_string(alpha), "a number of at least 0");
    Samples<T> samples{x_.view(), {}, nullptr};
    if (network_.loss().categorical()) {
      classes_ = take<std::int32_t>("y", y);
      check_shape("y", classes_, {rows});
      classes_ = Array<std::int32_t>(rows, classes_.data());  // a copy, which nobody else can write into
      for (Index r = 0; r < rows; ++r)
        if (classes_.data()[r] < 0 || classes_.data()[r] >= network_.outputs())
          reject("y", std::to_string(classes_.data()[r]), "from 0 to " + std::to_string(network_.outputs() - 1));
      samples.targets.classes = classes_.data();
    } else {
      values_ = take<T>("y", y);
      check_shape("y", values_, {rows, network_.loss().target_columns(network_.outputs())});
      samples.targets.values = values_.data();
    }
    if (!sample_weight.is_none()) {
      weights_ = take<T>("sample_weight", sample_weight);
      check_shape("sample_weight", weights_, {rows});
      samples.weights = weights_.data();
    }
    trainer_ = std::make_unique<Trainer<T>>(network_, samples, batch_size, alpha, n_threads);
  }

  py::tuple epoch(const py::object& optimizer_argument, double learning_rate, const py::object& order) {
    auto& optimizer = instance_of<OptimizerObject<T>>("optimizer", optimizer_argument);
    const Index rows = x_.view().rows;
    if (optimizer.size != network_.weights_size()) reject("optimizer", "one of another network", "one of this network");
    Array<std::int64_t> indices;
    if (!order.is_none()) {
      indices = take<std::int64_t>("order", order);
      check_aligned("order", indices);
      if (indices.ndim() != 1 || indices.shape(0) < 1) reject("order", shape_of(indices), "1 dimension, not empty");
      indices = Array<std::int64_t>(indices.size(), indices.data());  // a copy, as of the classes
      for (Index r = 0; r < indices.shape(0); ++r)
        if (indices.data()[r] < 0 || indices.data()[r] >= rows)
          reject("order", std::to_string(indices.data()[r]), "from 0 to " + std::to_string(rows - 1));
    }
    x_.check_entries();
    std::vector<Array<T>> slots = optimizer.state;  // keeps the arrays while another thread sets new ones
    std::vector<T*> state;
    for (Array<T>& slot : slots) state.push_back(slot.mutable_data());
    const std::int64_t* first = order.is_none() ? nullptr : indices.data();
    return guarded([&](const std::function<bool()>& should_stop) {
      return trainer_->epoch(*optimizer.rule, state, optimizer.steps, learning_rate, first,
                             first ? indices.shape(0) : rows, should_stop);
    });
  }

  py::tuple loss_and_gradients() {
    if (batch_size_ < x_.view().rows)
      reject("batch_size", std::to_string(batch_size_), "all rows for loss_and_gradients");
    x_.check_entries();
    Buffer<T> gradient(network_.weights_size());
    py::tuple loss = guarded([&](const std::function<bool()>& should_stop) {
      return trainer_->loss_and_gradient(gradient.data(), should_stop);
    });
    py::list coefs, intercepts;
    for (Index l = 0; l < static_cast<Index>(network_.layers().size()); ++l) {
      const Layer<T>& layer = network_.layers()[l];
      py::array_t<T> coef({layer.inputs, layer.outputs}), intercept(layer.outputs);
      network_.unpack(l, gradient.data(), coef.mutable_data(), intercept.mutable_data());
      coefs.append(coef);
      intercepts.append(intercept);
    }
    return py::make_tuple(loss[0], loss[1], coefs, intercepts);
  }

 private:
  template <class U>
  static Array<U> take(const char* argument, const py::object& array) {
    if (!py::isinstance<Array<U>>(array))
      reject(argument, py::str(py::type::of(array).attr("__name__")),
             "a C-ordered array of " + std::string(py::str(py::dtype::of<U>())));
    return py::reinterpret_borrow<Array<U>>(array);
  }

  template <class Call>
  py::tuple guarded(Call&& call) {
    if (busy_.exchange(true)) throw std::runtime_error("this trainer is in use by another thread");
    struct Release {
      std::atomic<bool>& busy;
      ~Release() { busy = false; }
    } release{busy_};
    Interrupt interrupt;
    LossParts result;
    {
      const py::gil_scoped_release unlocked;
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
  std::unique_ptr<Trainer<T>> trainer_;
  std::atomic<bool> busy_{false};
};

/// For each optimizer, the names of its settings and their defaults.
py::dict optimizer_settings(const py::tuple& names) {
  py::dict all;
  for (const py::handle& name : names) {
    py::dict settings;
    const auto rule = Optimizer<double>::find(name.cast<std::string>());
    for (const Setting& setting : rule->settings()) settings[py::str(std::string(setting.name))] = *setting.value;
    all[name] = settings;
  }
  return all;
}

template <class T>
void bind(py::module_& module, const char* optimizer, const char* trainer) {
  using O = OptimizerObject<T>;
  py::class_<O>(module, optimizer, py::module_local())
      .def(init_of<O, const std::string&, const std::map<std::string, double>&, const py::object&>(), py::arg("name"),
           py::arg("settings"), py::arg("network"))
      .def_property(
          "state", [](const O& o) { return o.state; }, &O::set_state)
      .def_property("steps", [](const O& o) { return o.steps; }, &O::set_steps);
  using R = TrainerObject<T>;
  py::class_<R>(module, trainer, py::module_local())
      .def(init_of<R, py::object, const py::object&, const py::object&, const py::object&, Index, double, int>(),
           py::arg("network"), py::arg("X"), py::arg("y"), py::arg("sample_weight"), py::arg("batch_size"),
           py::arg("alpha"), py::arg("n_threads") = 0)
      .def("epoch", &R::epoch, py::arg("optimizer"), py::arg("learning_rate"), py::arg("order") = py::none(),
           "One pass over the samples that `order` picks (None: all, as they stand); returns the mean loss and the "
           "mean penalty.")
      .def("loss_and_gradients", &R::loss_and_gradients,
           "The loss, the penalty and the gradients of both together: (loss, penalty, coefs, intercepts).");
}

}  // namespace

void bind_trainer(py::module_& module) {
  py::register_local_exception<ZeroWeightSumError>(module, "ZeroWeightSumError", PyExc_ZeroDivisionError);
  module.attr("OPTIMIZERS") = Entries<OptimizerList<double>>::names();
  module.attr("OPTIMIZER_SETTINGS") = optimizer_settings(module.attr("OPTIMIZERS"));
  bind<float>(module, "Optimizer32", "Trainer32");
  bind<double>(module, "Optimizer64", "Trainer64");
}

}  // namespace rosenblatt
