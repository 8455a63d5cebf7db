// Threshold logic units: checks the arguments, then runs the loops of tlu.hpp without the GIL.
#include "tlu/tlu.hpp"

#include "bindings/bindings.hpp"
#include "bindings/interrupt.hpp"
#include "bindings/tables.hpp"

namespace rosenblatt {
namespace {

/// Checks that the shapes fit together, and returns a view of the arrays. `active` may be null.
template <class T>
tlu::Instances<T> view(const TableArgument<T>& X, const Array<bool>* active, const Array<T>& W, const Array<T>& b) {
  if (b.ndim() != 1) reject("b", shape_of(b), "1 dimension");
  const Table<T>& inputs = X.view();
  const Index n_outputs = b.shape(0);
  check_shape("b", b, {n_outputs});
  check_shape("W", W, {n_outputs, inputs.columns});
  if (active) check_shape("active", *active, {inputs.rows, n_outputs});
  // Read as bytes: a NumPy array of booleans may be a view of any bytes, and not every byte is a valid C++ bool.
  const auto* bytes =
      active ? static_cast<const std::uint8_t*>(static_cast<const py::array*>(active)->data()) : nullptr;
  return {inputs, bytes, n_outputs};
}

template <class Visitor>
void with_step(const std::string& name, Visitor&& visitor) {
  if (tlu::visit_step(name, visitor)) return;
  std::string names;
  std::apply([&](auto... step) { ((names += (names.empty() ? "'" : ", '") + std::string(step.name) + "'"), ...); },
             tlu::Steps{});
  reject("step", "'" + name + "'", "one of " + names);
}

void check_step(const std::string& name) {
  with_step(name, [](auto) {});
}

/// Returns a function that asks Python for the order of an epoch, checks it and keeps a copy. Python may have changed
/// the table, too.
template <class T>
std::function<const std::int64_t*()> order_from(const py::object& next_order, const TableArgument<T>& table) {
  if (next_order.is_none()) return [] { return nullptr; };
  return [&next_order, &table, n_samples = table.view().rows, order = std::vector<std::int64_t>(),
          seen = std::vector<char>()]() mutable {
    const HoldGil gil;
    const py::object answer = call_python(next_order);
    table.check_entries();
    if (!py::isinstance<Array<std::int64_t>>(answer)) {
      reject("next_order()", py::repr(answer), "an int64 array");
    }
    const auto array = py::reinterpret_borrow<Array<std::int64_t>>(answer);
    check_shape("next_order()", array, {n_samples});
    order.assign(array.data(), array.data() + n_samples);
    seen.assign(static_cast<std::size_t>(n_samples), 0);
    for (const std::int64_t i : order) {
      if (i < 0 || i >= n_samples || std::exchange(seen[static_cast<std::size_t>(i)], char{1})) {
        reject("next_order()", std::to_string(i), "each of 0 to " + std::to_string(n_samples - 1) + " once");
      }
    }
    return static_cast<const std::int64_t*>(order.data());
  };
}

template <class T>
py::tuple fit(const py::object& X, const Array<bool>& active, Array<T>& W, Array<T>& b, const std::string& step,
              double eta0, bool fit_intercept, std::int64_t max_iter, const py::object& next_order) {
  const TableArgument<T> table(X);
  const auto instances = view(table, &active, W, b);
  const std::string dtype = py::str(W.dtype());
  // The upper limit is checked first, since a conversion out of range is undefined.
  const T eta = eta0 >= 0 && eta0 <= static_cast<double>(std::numeric_limits<T>::max()) ? static_cast<T>(eta0) : T(0);
  if (!(eta > T(0))) {
    reject("eta0", py::repr(py::float_(eta0)), "a positive number that is finite and not 0 in " + dtype);
  }
  if (max_iter < 1) reject("max_iter", std::to_string(max_iter), "at least 1");
  check_step(step);
  T* const weights = W.mutable_data();
  T* const bias = b.mutable_data();
  const auto orders = order_from(next_order, table);
  Interrupt interrupt;
  tlu::Training training;
  {
    const ReleaseGil release;
    training = tlu::train(step, instances, weights, bias, eta, fit_intercept, max_iter, orders, std::ref(interrupt));
  }
  const py::ssize_t n_epochs =
      instances.n_outputs ? static_cast<py::ssize_t>(training.errors.size()) / instances.n_outputs : 0;
  interrupt.rethrow();
  if (training.stopped == tlu::Stopped::overflow) {
    throw py::value_error("weights or scores overflowed " + dtype + " in epoch " + std::to_string(n_epochs) +
                          "; scale X to about unit size, or lower eta0=" + std::string(py::repr(py::float_(eta0))));
  }
  py::array_t<std::int64_t> errors({n_epochs, static_cast<py::ssize_t>(instances.n_outputs)});
  std::copy(training.errors.begin(), training.errors.end(), errors.mutable_data());
  return py::make_tuple(std::move(errors), training.stopped == tlu::Stopped::converged);
}

template <class T>
py::tuple separation(const py::object& X, const Array<bool>& active, const Array<T>& W, const Array<T>& b,
                     const std::string& step, bool fit_intercept) {
  const TableArgument<T> table(X);
  const auto instances = view(table, &active, W, b);
  Interrupt interrupt;
  tlu::Separation result;
  check_step(step);
  {
    const ReleaseGil release;
    result = tlu::separation(step, instances, W.data(), b.data(), fit_intercept, std::ref(interrupt));
  }
  interrupt.rethrow();
  const auto array = [](const std::vector<double>& numbers) {
    return copy_of(numbers.data(), {static_cast<Index>(numbers.size())});
  };
  return py::make_tuple(array(result.margins), array(result.bounds));
}

template <class T>
py::array_t<T> decision_function(const py::object& X, const Array<T>& W, const Array<T>& b) {
  const TableArgument<T> table(X);
  const auto instances = view<T>(table, nullptr, W, b);
  py::array_t<T> scores({instances.inputs.rows, instances.n_outputs});
  T* out = scores.mutable_data();
  const ReleaseGil release;
  tlu::scores(instances, W.data(), b.data(), out);
  return scores;
}

template <class T>
py::array_t<bool> active(const Array<T>& z, const std::string& step) {
  check_aligned("z", z);
  py::array_t<bool> result(std::vector<py::ssize_t>(z.shape(), z.shape() + z.ndim()));
  bool* const out = result.mutable_data();
  with_step(step, [&](auto rule) {
    const ReleaseGil release;
    std::transform(z.data(), z.data() + z.size(), out, [&](T value) { return decltype(rule)::value(value) == 1; });
  });
  return result;
}

template <class T>
void bind(py::module_& module) {
  using py::arg;
  module.def(
      "tlu_fit", &fit<T>, arg("X"), arg("active").noconvert(), arg("W").noconvert(), arg("b").noconvert(),
      py::kw_only(), arg("step"), arg("eta0"), arg("fit_intercept"), arg("max_iter"), arg("next_order"),
      "Train W and b in place, one instance at a time. Return the number of errors of each epoch and output, and "
      "whether an epoch had none.");
  module.def(
      "tlu_separation", &separation<T>, arg("X"), arg("active").noconvert(), arg("W").noconvert(), arg("b").noconvert(),
      py::kw_only(), arg("step"), arg("fit_intercept"),
      "Return the margin of each output and Novikoff's bound on its number of updates; NaN for an output with errors.");
  module.def("tlu_decision_function", &decision_function<T>, arg("X"), arg("W").noconvert(), arg("b").noconvert(),
             "Return the scores X W^T + b, with the rounding of the training.");
  module.def("tlu_active", &active<T>, arg("z").noconvert(), py::kw_only(), arg("step"),
             "Return where the step function of a score is 1.");
}

}  // namespace

void bind_tlu(py::module_& module) {
  std::apply([&](auto... step) { module.attr("TLU_STEPS") = py::make_tuple(step.name...); }, tlu::Steps{});
  bind<float>(module);
  bind<double>(module);
}

}  // namespace rosenblatt
