// fit_perceptron: checks the arrays, then fits with the GIL released.
#include "perceptron.hpp"

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "bindings/bindings.hpp"
#include "bindings/interrupt.hpp"

namespace rosenblatt {
namespace {

using perceptron::Options;
using perceptron::Penalty;

void check(bool holds, const std::string& message) {
  if (!holds) throw std::invalid_argument(message);
}

template <class T>
void check_shape(const char* name, const Array<T>& array, const std::vector<py::ssize_t>& shape) {
  const std::vector<py::ssize_t> got(array.shape(), array.shape() + array.ndim());
  if (got == shape) return;
  throw std::invalid_argument(std::string(name) + " must have shape " +
                              std::string(py::str(py::tuple(py::cast(shape)))) + ", got " +
                              std::string(py::str(py::tuple(py::cast(got)))));
}

Penalty penalty_named(const std::optional<std::string>& name) {
  if (!name) return Penalty::none;
  if (*name == "l1") return Penalty::l1;
  if (*name == "l2") return Penalty::l2;
  if (*name == "elasticnet") return Penalty::elasticnet;
  throw std::invalid_argument("penalty must be None, 'l1', 'l2' or 'elasticnet', got '" + *name + "'");
}

// The arguments that do not depend on how the rows are stored.
template <class T>
struct Arguments {
  Array<std::int32_t> labels;
  Array<T> sample_weight;
  Array<bool> validation_mask;
  Array<T> coef;
  Array<double> intercept, class_weight, norms;
  Array<std::int32_t> positive_labels;
  Array<std::uint32_t> seeds;
  py::object validation_score;
  Options options;
  int n_threads;
};

template <class Rows>
std::vector<std::int64_t> fit(const Rows& rows, py::ssize_t n_samples, Arguments<typename Rows::Value>& given) {
  using T = typename Rows::Value;
  check(n_samples > 0 && n_samples < std::numeric_limits<std::int32_t>::max(),
        "X must have from 1 to 2147483646 rows, got " + std::to_string(n_samples));
  check(given.coef.ndim() == 2, "coef must have 2 dimensions, got " + std::to_string(given.coef.ndim()));
  const py::ssize_t n_problems = given.coef.shape(0);
  check(n_problems > 0, "coef must have at least one row, got 0");
  check_shape("labels", given.labels, {n_samples});
  check_shape("sample_weight", given.sample_weight, {n_samples});
  check_shape("validation_mask", given.validation_mask, {n_samples});
  check_shape("coef", given.coef, {n_problems, static_cast<py::ssize_t>(rows.n_features)});
  check_shape("intercept", given.intercept, {n_problems});
  check_shape("class_weight", given.class_weight, {n_problems, 2});
  check_shape("norms", given.norms, {n_problems, 2});
  check_shape("positive_labels", given.positive_labels, {n_problems});
  check_shape("seeds", given.seeds, {n_problems});
  check(given.n_threads >= 1, "n_threads must be at least 1, got " + std::to_string(given.n_threads));
  check(given.options.early_stopping != given.validation_score.is_none(),
        "validation_score must be callable with early_stopping and None without");

  T* const coef = given.coef.mutable_data();
  double* const intercept = given.intercept.mutable_data();
  std::vector<perceptron::Problem<T>> problems;
  for (py::ssize_t k = 0; k < n_problems; ++k) {
    problems.push_back({coef + k * rows.n_features, intercept + k, given.positive_labels.at(k),
                        given.class_weight.at(k, 1), given.class_weight.at(k, 0), given.norms.at(k, 0),
                        given.norms.at(k, 1), given.seeds.at(k)});
  }
  // NumPy's booleans may be views of any bytes, which C++ must not read as bool.
  const auto* const mask = reinterpret_cast<const std::uint8_t*>(given.validation_mask.data());
  const perceptron::Samples<T> samples{static_cast<std::int32_t>(n_samples), given.labels.data(),
                                       given.sample_weight.data(), mask};

  Interrupt interrupt;
  perceptron::Hooks hooks;
  hooks.interrupted = std::ref(interrupt);
  hooks.validation_score = [&given](std::size_t index, double value) {
    const py::gil_scoped_acquire gil;
    return given.validation_score(index, value).template cast<double>();
  };
  hooks.report = [](const std::string& line) {
    const py::gil_scoped_acquire gil;
    py::print(line);
  };
  bool finished = false;
  {
    const py::gil_scoped_release no_gil;
    finished = perceptron::fit(rows, samples, given.options, problems, given.n_threads, hooks);
  }
  if (!finished) interrupt.rethrow();

  std::vector<std::int64_t> n_iter;
  for (const perceptron::Problem<T>& problem : problems) n_iter.push_back(problem.n_iter);
  return n_iter;
}

// Defines one overload, for one value type and one storage of the rows, whose leading parameters are `leading`.
template <class T, class... Leading, class FitRows, class... Names>
void define(py::module_& module, FitRows fit_rows, Names... names) {
  module.def(
      "fit_perceptron",
      [fit_rows](Leading... leading, const Array<std::int32_t>& labels, const Array<T>& sample_weight,
                 const Array<bool>& validation_mask, const Array<T>& coef, const Array<double>& intercept,
                 const Array<std::int32_t>& positive_labels, const Array<double>& class_weight,
                 const Array<double>& norms, const Array<std::uint32_t>& seeds,
                 const std::optional<std::string>& penalty, double alpha, double l1_ratio, double eta0,
                 double intercept_decay, std::optional<double> tol, std::int64_t max_iter,
                 std::int64_t n_iter_no_change, bool fit_intercept, bool shuffle, bool early_stopping, bool verbose,
                 const py::object& validation_score, int n_threads) {
        Options options;
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
        Arguments<T> given{labels,          sample_weight, validation_mask,  coef,    intercept, class_weight, norms,
                           positive_labels, seeds,         validation_score, options, n_threads};
        return fit_rows(leading..., given);
      },
      names..., py::kw_only(), py::arg("labels").noconvert(), py::arg("sample_weight").noconvert(),
      py::arg("validation_mask").noconvert(), py::arg("coef").noconvert(), py::arg("intercept").noconvert(),
      py::arg("positive_labels").noconvert(), py::arg("class_weight").noconvert(), py::arg("norms").noconvert(),
      py::arg("seeds").noconvert(), py::arg("penalty"), py::arg("alpha"), py::arg("l1_ratio"), py::arg("eta0"),
      py::arg("intercept_decay"), py::arg("tol"), py::arg("max_iter"), py::arg("n_iter_no_change"),
      py::arg("fit_intercept"), py::arg("shuffle"), py::arg("early_stopping"), py::arg("verbose"),
      py::arg("validation_score"), py::arg("n_threads"),
      "Fits coef and intercept in place, one row a problem, and returns the number of epochs of each.");
}

template <class T>
void define_storages(py::module_& module) {
  define<T, const Array<T>&>(
      module,
      [](const Array<T>& X, Arguments<T>& given) {
        check(X.ndim() == 2, "X must have 2 dimensions, got " + std::to_string(X.ndim()));
        return fit(perceptron::DenseRows<T>{X.data(), X.shape(1)}, X.shape(0), given);
      },
      py::arg("X").noconvert());
  define<T, const Array<T>&, const Array<std::int32_t>&, const Array<std::int32_t>&>(
      module,
      [](const Array<T>& data, const Array<std::int32_t>& indices, const Array<std::int32_t>& indptr,
         Arguments<T>& given) {
        check(data.ndim() == 1 && indices.ndim() == 1 && indptr.ndim() == 1,
              "data, indices and indptr must have one dimension each");
        check(given.coef.ndim() == 2, "coef must have 2 dimensions, got " + std::to_string(given.coef.ndim()));
        const py::ssize_t n_samples = given.labels.size();
        const py::ssize_t n_features = given.coef.shape(1);
        const std::string fault = perceptron::csr_fault(indptr.data(), indptr.size(), indices.data(), indices.size(),
                                                        data.size(), n_samples, n_features);
        check(fault.empty(), fault);
        return fit(perceptron::CsrRows<T>{data.data(), indices.data(), indptr.data(), n_features}, n_samples, given);
      },
      py::arg("data").noconvert(), py::arg("indices").noconvert(), py::arg("indptr").noconvert());
}

}  // namespace

void bind_perceptron(py::module_& module) {
  define_storages<float>(module);
  define_storages<double>(module);
}

}  // namespace rosenblatt
