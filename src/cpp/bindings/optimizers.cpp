// Optimizer32/64, what is known about each optimizer, and optimizer_step32/64: a step on plain arrays.
#include "bindings/optimizer_object.hpp"
#include "threads/team.hpp"

namespace rosenblatt {
namespace {

/// The addresses of the numbers of an array.
struct Memory {
  std::uintptr_t begin, end;
  explicit Memory(const py::array& array)
      : begin(reinterpret_cast<std::uintptr_t>(array.data())), end(begin + static_cast<std::size_t>(array.nbytes())) {}
  bool overlaps(const Memory& other) const { return begin < other.end && other.begin < end; }
};

/// One array of parameters, its gradients and its state.
template <class T>
struct Parameter {
  Array<T> values, gradients;
  std::vector<Array<T>> state;

  Parameter(const std::string& at, const py::handle& parameters, const py::handle& gradient, const py::handle& states,
            int count)
      : values(take<T>("parameters" + at, parameters)), gradients(take<T>("gradients" + at, gradient)) {
    check("gradients" + at, gradients);
    const py::sequence given = sequence("state" + at, states);
    if (static_cast<int>(given.size()) != count)
      reject("state" + at, std::to_string(given.size()) + " arrays", std::to_string(count));
    for (int s = 0; s < count; ++s) {
      const std::string name = "state" + at + "[" + std::to_string(s) + "]";
      const py::object array = given[s];
      state.push_back(take<T>(name, array));
      check(name, state.back());
      slots[s] = writable(name, state.back());
    }
    check_apart(at);
    w = writable("parameters" + at, values);
    g = gradients.data();
  }

  /// Rules update whole lanes: the remaining numbers are updated in a padded copy.
  void step(const Optimizer<T>& rule) const {
    constexpr Index L = kLane<T>;
    const Index rest = values.size() % L, whole = values.size() - rest;
    const bool decays = values.ndim() >= 2;
    rule.update(g, {}, w, slots, whole, L, decays);
    if (rest == 0) return;
    T gradient[L] = {}, weights[L] = {}, kept[Optimizer<T>::kMaxSlots][L] = {};
    T* copies[Optimizer<T>::kMaxSlots];
    std::copy_n(g + whole, rest, gradient);
    std::copy_n(w + whole, rest, weights);
    for (std::size_t s = 0; s < state.size(); ++s) {
      copies[s] = kept[s];
      std::copy_n(slots[s] + whole, rest, copies[s]);
    }
    rule.update(gradient, {}, weights, copies, L, L, decays);
    std::copy_n(weights, rest, w + whole);
    for (std::size_t s = 0; s < state.size(); ++s) std::copy_n(copies[s], rest, slots[s] + whole);
  }

  static py::sequence sequence(const std::string& argument, const py::handle& object) {
    if (!py::isinstance<py::list>(object) && !py::isinstance<py::tuple>(object))
      throw py::type_error(argument + ": got " + std::string(py::str(py::type::of(object).attr("__name__"))) +
                           ", expected a list of arrays");
    return py::reinterpret_borrow<py::sequence>(object);
  }

 private:
  T* w = nullptr;
  const T* g = nullptr;
  T* slots[Optimizer<T>::kMaxSlots] = {};

  void check(const std::string& argument, const Array<T>& array) const {
    check_aligned(argument, array);
    if (!std::equal(array.shape(), array.shape() + array.ndim(), values.shape(), values.shape() + values.ndim()))
      reject(argument, shape_of(array), shape_of(values) + " as of the parameters");
  }
  static T* writable(const std::string& argument, Array<T>& array) {
    check_aligned(argument, array);
    if (!array.writeable()) reject(argument, "a read-only array", "a writable array");
    return array.mutable_data();
  }
  /// The loops of the engine assume that no number they write is read for another one. The parameters may be their own
  /// gradients: those of |w|^2 / 2.
  void check_apart(const std::string& at) const {
    const Memory weights(values), slopes(gradients);
    bool shared = slopes.overlaps(weights) && slopes.begin != weights.begin;
    for (std::size_t a = 0; a < state.size(); ++a) {
      const Memory slot(state[a]);
      shared = shared || slot.overlaps(weights) || slot.overlaps(slopes);
      for (std::size_t b = 0; b < a; ++b) shared = shared || slot.overlaps(Memory(state[b]));
    }
    if (shared) reject("parameters" + at, "arrays that share memory with their gradients or state", "separate arrays");
  }
};

template <class T>
void step(const std::string& name, const SettingValues& settings, double learning_rate, std::int64_t t,
          const py::object& parameters, const py::object& gradients, const py::object& state) {
  const auto rule = Optimizer<T>::make(name, settings);
  if (t < 1 || t > kMostSteps) reject("t", std::to_string(t), "from 1 to " + std::to_string(kMostSteps));
  const py::sequence values = Parameter<T>::sequence("parameters", parameters);
  const py::sequence slopes = Parameter<T>::sequence("gradients", gradients);
  const py::sequence states = Parameter<T>::sequence("state", state);
  const auto check_count = [&](const char* argument, const py::sequence& list) {
    if (list.size() != values.size())
      reject(argument, std::to_string(list.size()) + " entries", std::to_string(values.size()) + " as of parameters");
  };
  check_count("gradients", slopes);
  check_count("state", states);
  std::vector<Parameter<T>> all;
  for (std::size_t p = 0; p < values.size(); ++p) {
    const py::object value = values[p], slope = slopes[p], slots = states[p];
    all.emplace_back("[" + std::to_string(p) + "]", value, slope, slots, rule->slots());
  }
  const ReleaseGil release;
  team::run(1, Subnormals::flushed, [&](team::Member) {
    rule->begin_step(t, learning_rate, rule->weight_decay());
    for (const Parameter<T>& one : all) one.step(*rule);
  });
}

/// The settings of an optimizer by name.
py::dict values_of(const Optimizer<double>& rule) {
  py::dict values;
  for (const SettingInfo& setting : rule.settings()) values[text(setting.name)] = value_of(setting);
  return values;
}

py::dict info_of(const Optimizer<double>& rule) {
  const OptimizerInfo info = rule.info();
  return py::dict(py::arg("class_name") = text(info.class_name), py::arg("summary") = text(info.summary),
                  py::arg("formula") = text(info.formula), py::arg("source") = text(info.source),
                  py::arg("learning_rate") = info.learning_rate, py::arg("slots") = rule.slots(),
                  py::arg("settings") = describe(rule.settings()));
}

template <class T>
void bind(py::module_& module, const char* optimizer, const char* step_name) {
  using O = OptimizerObject<T>;
  py::class_<O>(module, optimizer, py::module_local(), py::custom_type_setup(check_allocation))
      .def("__init__", init_of<O, const std::string&, const SettingValues&, const py::object&>(), kConstructor,
           py::arg("name"), py::arg("settings"), py::arg("network"))
      .def_property(
          "state", [](const O& o) { return o.state; }, &O::set_state)
      .def_property("steps", [](const O& o) { return o.steps; }, &O::set_steps);
  module.def(
      step_name, &step<T>,
      "Take step t = 1, 2, ... of an optimizer on C-ordered arrays, in place. For each array of parameters, "
      "`gradients` has an array of the same shape, and `state` a list of such arrays, all 0 before step 1. Arrays "
      "with at least 2 dimensions are weights, which decay; others are biases.",
      py::arg("name"), py::arg("settings"), py::arg("learning_rate"), py::arg("t"), py::arg("parameters"),
      py::arg("gradients"), py::arg("state"));
}

}  // namespace

void bind_optimizers(py::module_& module) {
  py::dict settings, infos;
  for (const std::string_view name : optimizer_names()) {
    const auto rule = Optimizer<double>::make(name, {});
    settings[text(name)] = values_of(*rule);
    infos[text(name)] = info_of(*rule);
  }
  module.attr("OPTIMIZERS") = texts(optimizer_names());
  module.attr("OPTIMIZER_SETTINGS") = settings;
  module.attr("OPTIMIZER_INFO") = infos;
  module.def(
      "optimizer_settings",
      [](const std::string& name, const SettingValues& given) {
        return values_of(*Optimizer<double>::make(name, given));
      },
      "Return all settings of an optimizer, checked: the given ones, and the defaults of the others.", py::arg("name"),
      py::arg("settings"));
  bind<float>(module, "Optimizer32", "optimizer_step32");
  bind<double>(module, "Optimizer64", "optimizer_step64");
}

}  // namespace rosenblatt
