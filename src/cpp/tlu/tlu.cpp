// Threshold logic units: training by the perceptron rule, and the margins for Novikoff's bound.
#include "tlu/tlu.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "base/interrupt.hpp"
#include "base/small_code.hpp"  // last

namespace rosenblatt::tlu {
namespace {

template <class T>
using RowVector = Eigen::Matrix<T, 1, Eigen::Dynamic>;
template <class T>
using ConstRow = Eigen::Map<const RowVector<T>>;

template <class T>
[[gnu::noinline]] double norm_of(const T* numbers, Index size) {
  return ConstRow<T>(numbers, size).template cast<double>().stableNorm();
}

/// A row of a table: `size` values, of all columns (columns null) or of these.
template <class T>
struct Row {
  const T* values;
  Index size;
  const std::int32_t* columns;

  static Row at(const Table<T>& table, Index i) {
    if (!table.sparse()) return {table.dense + i * table.columns, table.columns, nullptr};
    const Index begin = table.indptr[i];
    return {table.values + begin, table.indptr[i + 1] - begin, table.indices + begin};
  }

  // Not inlined: each is long, and training and separation of both step functions call it.
  [[gnu::noinline]] T dot(const T* w) const {
    if (!columns) return ConstRow<T>(values, size).dot(ConstRow<T>(w, size));
    T sum(0);
    for (Index e = 0; e < size; ++e) sum += values[e] * w[columns[e]];
    return sum;
  }
  /// w += factor times the row.
  [[gnu::noinline]] void add_to(T* w, T factor) const {
    if (!columns)
      Eigen::Map<RowVector<T>>(w, size) += factor * ConstRow<T>(values, size);
    else
      for (Index e = 0; e < size; ++e) w[columns[e]] += factor * values[e];
  }
};

/// z = x . w_j + b_j. Training, margins and predictions all call this function, so that their rounding is the same for
/// a row on the hyperplane.
template <class T>
T score(const Row<T>& x, const T* W, const T* b, Index n_features, Index j) {
  return x.dot(W + j * n_features) + b[j];
}

/// Polls once in about 10^5 multiply-adds, which take well below a millisecond.
class WorkPoll {
 public:
  explicit WorkPoll(std::function<bool()> interrupted) : poll_(std::move(interrupted)) {}
  bool interrupted_after(Index work) {
    left_ -= work;
    if (left_ > 0) return false;
    left_ = budget;
    return poll_.stop();
  }

 private:
  static constexpr Index budget = 100000;
  Poll poll_;
  Index left_ = budget;
};

template <class Step, class T>
Training train(Step, const Instances<T>& instances, T* W, T* b, T eta, bool fit_intercept, std::int64_t max_iter,
               const std::function<const std::int64_t*()>& next_order, const std::function<bool()>& interrupted) {
  const Table<T>& inputs = instances.inputs;
  Training result{Stopped::max_iter, {}};
  std::vector<Index> learning(static_cast<std::size_t>(instances.n_outputs));
  std::iota(learning.begin(), learning.end(), Index{0});
  WorkPoll poll(interrupted);
  for (std::int64_t epoch = 0; epoch < max_iter; ++epoch) {
    const std::int64_t* const order = next_order();
    result.errors.resize(result.errors.size() + static_cast<std::size_t>(instances.n_outputs), 0);
    std::int64_t* const errors = result.errors.data() + result.errors.size() - instances.n_outputs;
    for (Index position = 0; position < inputs.rows; ++position) {
      const Index i = order ? static_cast<Index>(order[position]) : position;
      const auto x = Row<T>::at(inputs, i);
      for (const Index j : learning) {
        const T z = score(x, W, b, inputs.columns, j);
        if (!std::isfinite(z)) {
          result.stopped = Stopped::overflow;
          return result;
        }
        const int error = (instances.should_be_active(i, j) ? 1 : Step::inactive) - Step::value(z);
        if (error != 0) {
          const T change = eta * static_cast<T>(error);
          x.add_to(W + j * inputs.columns, change);
          if (fit_intercept) b[j] += change;
          ++errors[j];
        }
      }
      if (poll.interrupted_after(static_cast<Index>(learning.size()) * (x.size + 1))) {
        result.stopped = Stopped::interrupted;
        return result;
      }
    }
    learning.erase(std::remove_if(learning.begin(), learning.end(), [&](Index j) { return errors[j] == 0; }),
                   learning.end());
    if (learning.empty()) {
      result.stopped = Stopped::converged;
      return result;
    }
  }
  // No score has seen the update of the last row.
  const auto finite = [](const T* numbers, Index size) {
    return std::all_of(numbers, numbers + size, [](T number) { return std::isfinite(number); });
  };
  if (!finite(W, instances.n_outputs * inputs.columns) || !finite(b, instances.n_outputs))
    result.stopped = Stopped::overflow;
  return result;
}

template <class Step, class T>
Separation separation(Step, const Instances<T>& instances, const T* W, const T* b, bool fit_intercept,
                      const std::function<bool()>& interrupted) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double inf = std::numeric_limits<double>::infinity();
  const Table<T>& inputs = instances.inputs;
  Separation result;
  result.margins.assign(static_cast<std::size_t>(instances.n_outputs), inf);
  double radius = 0;
  WorkPoll poll(interrupted);
  for (Index i = 0; i < inputs.rows; ++i) {
    const auto x = Row<T>::at(inputs, i);
    const double norm = norm_of(x.values, x.size);
    radius = std::max(radius, fit_intercept ? std::hypot(norm, 1.0) : norm);
    for (Index j = 0; j < instances.n_outputs; ++j) {
      const T z = score(x, W, b, inputs.columns, j);
      const bool active = instances.should_be_active(i, j);
      double& margin = result.margins[static_cast<std::size_t>(j)];
      if (Step::value(z) != (active ? 1 : Step::inactive)) {
        margin = nan;
      } else if (!std::isnan(margin)) {
        margin = std::min(margin, std::abs(static_cast<double>(z)));
      }
    }
    result.interrupted = poll.interrupted_after((instances.n_outputs + 1) * (x.size + 1));
    if (result.interrupted) return result;
  }
  for (Index j = 0; j < instances.n_outputs; ++j) {
    double& margin = result.margins[static_cast<std::size_t>(j)];
    const double norm =
        std::hypot(norm_of(W + j * inputs.columns, inputs.columns), fit_intercept ? static_cast<double>(b[j]) : 0.0);
    if (margin > 0) margin /= norm;
    const double ratio = radius / margin;
    result.bounds.push_back(margin == 0 ? inf : Step::bound_factor * ratio * ratio);
  }
  return result;
}

}  // namespace

template <class T>
Training train(const std::string& step, const Instances<T>& instances, T* W, T* b, T eta, bool fit_intercept,
               std::int64_t max_iter, const std::function<const std::int64_t*()>& next_order,
               const std::function<bool()>& interrupted) {
  Training result;
  visit_step(step, [&](auto rule) {
    result = train(rule, instances, W, b, eta, fit_intercept, max_iter, next_order, interrupted);
  });
  return result;
}

template <class T>
Separation separation(const std::string& step, const Instances<T>& instances, const T* W, const T* b,
                      bool fit_intercept, const std::function<bool()>& interrupted) {
  Separation result;
  visit_step(step, [&](auto rule) { result = separation(rule, instances, W, b, fit_intercept, interrupted); });
  return result;
}

template <class T>
void scores(const Instances<T>& instances, const T* W, const T* b, T* z) {
  const Table<T>& inputs = instances.inputs;
  for (Index i = 0; i < inputs.rows; ++i) {
    const auto x = Row<T>::at(inputs, i);
    for (Index j = 0; j < instances.n_outputs; ++j) *z++ = score(x, W, b, inputs.columns, j);
  }
}

template Training train(const std::string&, const Instances<float>&, float*, float*, float, bool, std::int64_t,
                        const std::function<const std::int64_t*()>&, const std::function<bool()>&);
template Separation separation(const std::string&, const Instances<float>&, const float*, const float*, bool,
                               const std::function<bool()>&);
template void scores(const Instances<float>&, const float*, const float*, float*);
template Training train(const std::string&, const Instances<double>&, double*, double*, double, bool, std::int64_t,
                        const std::function<const std::int64_t*()>&, const std::function<bool()>&);
template Separation separation(const std::string&, const Instances<double>&, const double*, const double*, bool,
                               const std::function<bool()>&);
template void scores(const Instances<double>&, const double*, const double*, double*);

}  // namespace rosenblatt::tlu
