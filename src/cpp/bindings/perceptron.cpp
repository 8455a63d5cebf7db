// fit_perceptron: checks the arrays, then fits without the GIL.
#include "perceptron/perceptron.hpp"

#include <cstdint>
#include <exception>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "bindings/bindings.hpp"
#include "bindings/interrupt.hpp"
#include "bindings/tables.hpp"

namespace rosenblatt {
namespace {

using perceptron::Penalty;

Penalty penalty_named(const std::optional<std::string>& name) {
  if (!name) return Penalty::none;
  if (*name == "l1") return Penalty::l1;
  if (*name == "l2") return Penalty::l2;
  if (*name == "elasticnet") return Penalty::elasticnet;
  reject("penalty", "'" + *name + "'", "None, 'l1', 'l2' or 'elasticnet'");
}

template <class T>
std::vector<std::int64_t> fit(const py::object& X, const Array<std::int32_t>& labels, const Array<T>& sample_weight,
                              const Array<bool>& validation_mask, Array<T>& coef, Array<double>& intercept,
                              const Array<std::int32_t>& positive_labels, const Array<double>& class_weight,
                              const Array<double>& norms, const Array<std::uint32_t>& seeds,
                              const std::optional<std::string>& penalty, double alpha, double l1_ratio, double eta0,
                              double intercept_decay, std::optional<double> tol, std::int64_t max_iter,
                              std::int64_t n_iter_no_change, bool fit_intercept, bool shuffle, bool early_stopping,
                              bool verbose, const py::object& validation_score, int n_threads) {
  const TableArgument<T> table(X);
  const Index n_samples = table.view().rows, n_features = table.view().columns;
  if (n_samples < 1 || n_samples >= std::numeric_limits<std::int32_t>::max())
    reject("X", std::to_string(n_samples) + " rows", "from 1 to 2147483646");
  if (coef.ndim() != 2 || coef.shape(0) < 1) reject("coef", shape_of(coef), "2 dimensions and at least 1 row");
  const Index n_problems = coef.shape(0);
  check_shape("labels", labels, {n_samples});
  check_shape("sample_weight", sample_weight, {n_samples});
  check_shape("validation_mask", validation_mask, {n_samples});
  check_shape("coef", coef, {n_problems, n_features});
  check_shape("intercept", intercept, {n_problems});
  check_shape("class_weight", class_weight, {n_problems, 2});
  check_shape("norms", norms, {n_problems, 2});
  check_shape("positive_labels", positive_labels, {n_problems});
  check_shape("seeds", seeds, {n_problems});
  if (n_threads < 1) reject("n_threads", std::to_string(n_threads), "at least 1");
  if (early_stopping ? PyCallable_Check(validation_score.ptr()) == 0 : !validation_score.is_none())
    reject("validation_score", py::repr(validation_score), early_stopping ? "a callable" : "None");

  perceptron::Options options;
  options.penalty = penalty_named(penalty);
  options.alpha = alpha;
  options.l1_ratio = l1_ratio;
  options.eta0 = eta0;
  options.intercept_decay = intercept_decay;
  options.tol = tol.value_or(-std::numeric_limits<double>::infinity());
  options.max_iter = max_iter;
  options.n_iter_no_change = n_iter_no_change;
  options.fit_intercept = fit_intercept;
  options.shuffle = shuffle;
  options.early_stopping = early_stopping;
  options.verbose = verbose;

  T* const coefs = coef.mutable_data();
  double* const intercepts = intercept.mutable_data();
  std::vector<perceptron::Problem<T>> problems;
  for (Index k = 0; k < n_problems; ++k) {
    problems.push_back({coefs + k * n_features, intercepts + k, positive_labels.at(k), class_weight.at(k, 1),
                        class_weight.at(k, 0), norms.at(k, 0), norms.at(k, 1), seeds.at(k)});
  }
  // Read as bytes: a NumPy array of booleans may be a view of any bytes, and not every byte is a valid C++ bool.
  const auto* const mask = static_cast<const std::uint8_t*>(static_cast<const py::array&>(validation_mask).data());
  const perceptron::RowData<T> row_data{static_cast<std::int32_t>(n_samples), labels.data(), sample_weight.data(),
                                        mask};

  Interrupt interrupt;
  perceptron::Hooks hooks;
  hooks.interrupted = std::ref(interrupt);
  // The engine, which has no GIL, gets the index of a callback's error instead of the error.
  struct FailedCallback : std::exception {
    explicit FailedCallback(std::size_t index) : error(index) {}
    std::size_t error;
  };
  std::vector<py::error_already_set> errors;
  const auto called = [&errors](const auto& callback) {
    const HoldGil gil;
    try {
      return callback();
    } catch (const py::error_already_set& error) {
      errors.push_back(error);
      throw FailedCallback(errors.size() - 1);
    }
  };
  hooks.validation_score = [&](std::size_t index, double value) {
    return called([&] {
      const py::object answer = call_python(validation_score, py::int_(index), py::float_(value));
      const double score = PyFloat_AsDouble(answer.ptr());
      if (PyErr_Occurred()) throw py::error_already_set();
      return score;
    });
  };
  const py::object print = py::module_::import("builtins").attr("print");
  hooks.report = [&](const std::string& line) { called([&] { call_python(print, py::str(line)); }); };
  if (is_finalizing()) n_threads = 1;  // no other thread can call Python any more
  bool finished = false;
  try {
    const ReleaseGil no_gil;
    finished = perceptron::fit(table.view(), row_data, options, problems, n_threads, hooks);
  } catch (const FailedCallback& failed) {
    throw py::error_already_set(errors[failed.error]);
  }
  if (!finished) interrupt.rethrow();

  std::vector<std::int64_t> n_iter;
  for (const perceptron::Problem<T>& problem : problems) n_iter.push_back(problem.n_iter);
  return n_iter;
}

template <class T>
void bind(py::module_& module) {
  using py::arg;
  module.def("fit_perceptron", &fit<T>, arg("X"), py::kw_only(), arg("labels").noconvert(),
             arg("sample_weight").noconvert(), arg("validation_mask").noconvert(), arg("coef").noconvert(),
             arg("intercept").noconvert(), arg("positive_labels").noconvert(), arg("class_weight").noconvert(),
             arg("norms").noconvert(), arg("seeds").noconvert(), arg("penalty"), arg("alpha"), arg("l1_ratio"),
             arg("eta0"), arg("intercept_decay"), arg("tol"), arg("max_iter"), arg("n_iter_no_change"),
             arg("fit_intercept"), arg("shuffle"), arg("early_stopping"), arg("verbose"), arg("validation_score"),
             arg("n_threads"),
             "Fit coef and intercept in place, one row for each problem, and return the number of epochs of each.");
}

}  // namespace

void bind_perceptron(py::module_& module) {
  bind<float>(module);
  bind<double>(module);
}

}  // namespace rosenblatt
