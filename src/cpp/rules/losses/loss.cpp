// The loops over tiles for each pair of loss and output activation, and the choice of a pair by name.
#include "rules/losses/loss.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "base/small_code.hpp"  // last
#include "rules/losses/list.hpp"
#include "rules/names.hpp"

namespace rosenblatt {
namespace {

/// The rule for single outputs: the loss itself, or its part for one output.
template <class Rule>
const Rule& element_of(const Rule& rule) {
  return rule;  // NOLINT(bugprone-return-const-ref-from-parameter): the loss outlives it
}
Pinball element_of(const Quantile& rule) { return Pinball(rule.quantiles.front()); }

// Functions that do not depend on the pair are not inlined: copies of them in each pair would fill megabytes.

/// z <- the output activation of z. Flattened: the loop vectorises only if everything that it calls is inlined.
template <class Output, class T>
[[gnu::noinline, gnu::flatten]] void predict_elements(T* z, Index size) {
  for (Index i = 0; i < size; ++i) z[i] = Output::predict(z[i]);
}

template <class T>
[[gnu::noinline]] void sum_rows(const T* values, Index rows, Index columns, double* sums) {
  if (columns == 1) return void(std::copy_n(values, rows, sums));  // a loop that vectorises
  constexpr int kChains = 8;                                       // or each sum would wait for the one before
  using Chains = Eigen::Array<double, kChains, 1>;
  for (Index r = 0; r < rows; ++r, values += columns) {
    Chains parts = Chains::Zero();
    Index c = 0;
    for (; c + kChains <= columns; c += kChains)
      parts += Eigen::Map<const Eigen::Array<T, kChains, 1>>(values + c).template cast<double>();
    for (int i = 0; c < columns; ++c, ++i) parts[i] += static_cast<double>(values[c]);
    for (int half = kChains / 2; half > 0; half /= 2)  // in an order that is the same on all processors
      for (int i = 0; i < half; ++i) parts[i] += parts[i + half];
    sums[r] = parts[0];
  }
}

// Rows with few outputs are evaluated side by side, a lane of rows at a time, because one row fills no register. For 2,
// 5, 10 and 40 outputs, log_loss in float32 takes 9, 14, 22 and 74 ns for each row; row by row 35, 55, 78 and 140 ns.
constexpr Index kFewOutputs = 128;

template <class T>
struct SideBySide {
  alignas(64) T numbers[kFewOutputs * kLane<T>];  // (outputs, lane); missing rows are 0
};

template <class T>
[[gnu::noinline]] void set_side_by_side(const T* from, Index rows, Index outputs, SideBySide<T>& to) {
  constexpr Index L = kLane<T>;
  if (rows < L) std::fill_n(to.numbers, outputs * L, T(0));
  for (Index r = 0; r < rows; ++r)
    for (Index c = 0; c < outputs; ++c) to.numbers[c * L + r] = from[r * outputs + c];
}

template <class T>
[[gnu::noinline]] void set_one_by_one(const SideBySide<T>& from, Index rows, Index outputs, T* to) {
  for (Index r = 0; r < rows; ++r)
    for (Index c = 0; c < outputs; ++c) to[r * outputs + c] = from.numbers[c * kLane<T> + r];
}

template <class Rule, class Output, class T>
class LossOf final : public Loss<T> {
 public:
  explicit LossOf(Rule rule) : rule_(std::move(rule)) {}

  std::string_view name() const override { return Rule::name; }
  std::string_view output_activation() const override { return Output::name; }
  bool categorical() const override { return Rule::categorical; }
  std::string_view targets() const override { return Rule::targets; }

  Index target_columns(Index outputs) const override {
    const Index group = rule_.outputs_per_target();
    if (outputs % group != 0)
      throw std::invalid_argument("outputs: got " + std::to_string(outputs) + " for loss " + quoted(Rule::name) +
                                  ", expected a multiple of " + std::to_string(group) +
                                  ", its outputs for each target");
    return outputs / group;
  }

  Index first_bad_target(const T* y, Index size) const override {
    const T* const bad =
        std::find_if(y, y + size, [](T target) { return !Rule::accepts(static_cast<double>(target)); });
    return bad == y + size ? -1 : bad - y;
  }

  void predict(T* z, Index rows, Index outputs) const override {
    if constexpr (Rule::form == Form::row) {
      predict_rows(z, rows, outputs);
    } else {
      if constexpr (Rule::grouped) {
        const Index group = rule_.outputs_per_target();
        if (group > 1) {
          for (Index g = 0; g < rows * outputs / group; ++g) rule_.predict_group(z + g * group);
          return;
        }
      }
      predict_elements<Output>(z, rows * outputs);
    }
  }

  void evaluate(T* z, T* y, Index rows, Index outputs, double* row_loss) const override {
    if constexpr (Rule::form == Form::row) {
      evaluate_rows(z, y, rows, outputs, row_loss);
    } else {
      if constexpr (Rule::grouped) {
        const Index group = rule_.outputs_per_target();
        if (group > 1) {
          for (Index g = 0; g < rows * outputs / group; ++g) y[g] = rule_.evaluate_group(z + g * group, y[g]);
          sum_rows(y, rows, outputs / group, row_loss);
          return;
        }
      }
      evaluate_elements(z, y, rows * outputs);
      sum_rows(y, rows, outputs, row_loss);
    }
  }

  bool evaluate_numbers(T* z, T* y, Index size) const override {
    if constexpr (Rule::form != Form::row) {
      if (rule_.outputs_per_target() == 1) {
        evaluate_elements(z, y, size);
        return true;
      }
    }
    return false;
  }

 private:
  /// y <- values; z <- gradients. Flattened, as above; a function of its own, or its loops would be there twice.
  [[gnu::flatten, gnu::noinline]] void evaluate_elements(T* z, T* y, Index size) const {
    const auto rule = element_of(rule_);  // a copy: the compiler knows that stores to z and y do not change it
#pragma GCC ivdep                         // z and y do not overlap: no second loop for arrays that do
    for (Index i = 0; i < size; ++i) {
      const T score = z[i], target = y[i];
      if constexpr (Rule::form == Form::score) {
        y[i] = rule.value(score, target);
        z[i] = rule.gradient(score, target);
      } else if constexpr (Rule::form == Form::logarithm) {
        const T p = Output::predict(score), log_p = Output::log_predict(score);
        y[i] = rule.value(p, log_p, target);
        z[i] = rule.log_derivative(p, log_p, target) * Output::log_derivative(score);
      } else {
        const T p = Output::predict(score);
        y[i] = rule.value(p, target);
        z[i] = rule.derivative(p, target) * Output::derivative(score);
      }
    }
  }

  static bool side_by_side(Index rows, Index outputs) { return rows > 1 && outputs <= kFewOutputs; }

  [[gnu::flatten]] void predict_rows(T* z, Index rows, Index outputs) const {
    constexpr Index L = kLane<T>;
    if (!side_by_side(rows, outputs)) {
      for (Index r = 0; r < rows; ++r) rule_.template predict<1>(z + r * outputs, outputs);
      return;
    }
    SideBySide<T> scores;  // NOLINT(cppcoreguidelines-pro-type-member-init): written before it is read
    for (Index r = 0; r < rows; r += L) {
      const Index count = std::min(L, rows - r);
      set_side_by_side(z + r * outputs, count, outputs, scores);
      rule_.template predict<L>(scores.numbers, outputs);
      set_one_by_one(scores, count, outputs, z + r * outputs);
    }
  }

  [[gnu::flatten]] void evaluate_rows(T* z, const T* y, Index rows, Index outputs, double* row_loss) const {
    constexpr Index L = kLane<T>;
    T loss[L];
    if (!side_by_side(rows, outputs)) {
      for (Index r = 0; r < rows; ++r) {
        rule_.template evaluate<1>(z + r * outputs, y + r * outputs, outputs, loss);
        row_loss[r] = static_cast<double>(loss[0]);
      }
      return;
    }
    SideBySide<T> scores, targets;  // NOLINT(cppcoreguidelines-pro-type-member-init): likewise
    for (Index r = 0; r < rows; r += L) {
      const Index count = std::min(L, rows - r);
      set_side_by_side(z + r * outputs, count, outputs, scores);
      set_side_by_side(y + r * outputs, count, outputs, targets);
      rule_.template evaluate<L>(scores.numbers, targets.numbers, outputs, loss);
      set_one_by_one(scores, count, outputs, z + r * outputs);
      std::copy_n(loss, count, row_loss + r);
    }
  }

  Rule rule_;
};

/// Throws, with the reason why the loss does not accept an output activation.
template <class Rule>
[[noreturn, gnu::cold]] void refuse(const Rule& rule, std::string_view output_activation) {
  const std::string text =
      "output_activation: got " + quoted(output_activation) + " for loss " + quoted(Rule::name) + ", expected ";
  if (rule.outputs_per_target() > 1)
    throw std::invalid_argument(text + "'identity', because several outputs belong to one target");
  throw std::invalid_argument(text + one_of(names_of<typename Rule::OutputActivations>()) + ", because " +
                              std::string(Rule::why));
}

template <class T, class Rule>
[[gnu::cold]] std::unique_ptr<Loss<T>> make_of(Rule rule, const LossSpec& spec) {
  assign(rule, "settings of loss " + quoted(Rule::name), spec.settings);
  using Default = std::tuple_element_t<0, typename Rule::OutputActivations>;
  const std::string_view wanted =
      spec.output_activation.empty() ? Default::name : outputs::canonical(spec.output_activation);
  std::unique_ptr<Loss<T>> made;
  for_each_rule<typename Rule::OutputActivations>([&](auto output) {
    using Output = decltype(output);
    const bool possible = rule.outputs_per_target() == 1 || Output::name == outputs::Identity::name;
    if (Output::name == wanted && possible) made = std::make_unique<LossOf<Rule, Output, T>>(rule);
  });
  if (!made) refuse(rule, wanted);
  return made;
}

std::string_view name_of(Task task) {
  switch (task) {
    case Task::regression:
      return "regression";
    case Task::binary:
      return "binary";
    case Task::multiclass:
      break;
  }
  return "multiclass";
}

}  // namespace

// Each target is copied before it is checked, because another thread of Python may write to the array.
template <class T>
template <class Sum>
Index Loss<T>::evaluate_all(const T* z, const Targets<T>& all, Index rows, Index outputs, T* gradient,
                            Sum* row_loss) const {
  constexpr Index kNumbers = 1024;  // in a tile, of which all arrays fit in the first-level cache
  const Index columns = target_columns(outputs), tile_rows = std::min(rows, std::max<Index>(kNumbers / outputs, 1));
  Buffer<T> tile(tile_rows * columns);
  Buffer<double> sums(std::is_same_v<Sum, double> ? 0 : tile_rows);
  for (Index first = 0; first < rows; first += tile_rows) {
    const Index count = std::min(tile_rows, rows - first);
    T* y = tile.data();
    if constexpr (std::is_same_v<Sum, T>)
      if (outputs == 1) y = row_loss + first;
    if (all.classes) {
      std::fill_n(y, count * columns, T(0));
      for (Index r = 0; r < count; ++r) {
        const Index one = all.classes[first + r];
        if (one < 0 || one >= columns) return first + r;
        y[r * columns + one] = T(1);
      }
    } else {
      std::copy_n(all.values + first * columns, count * columns, y);
      const Index bad = first_bad_target(y, count * columns);
      if (bad >= 0) return first * columns + bad;
    }
    T* const scores = gradient + first * outputs;
    std::copy_n(z + first * outputs, count * outputs, scores);
    if constexpr (std::is_same_v<Sum, double>) {
      evaluate(scores, y, count, outputs, row_loss + first);
    } else {
      if (outputs == 1 && evaluate_numbers(scores, y, count)) continue;
      evaluate(scores, y, count, outputs, sums.data());
      for (Index r = 0; r < count; ++r) row_loss[first + r] = static_cast<Sum>(sums[r]);
    }
  }
  return -1;
}

template <class T>
std::unique_ptr<Loss<T>> Loss<T>::make(const LossSpec& spec) {
  std::unique_ptr<Loss> made;
  for_each_rule<LossList>([&](const auto& rule) {
    if (std::decay_t<decltype(rule)>::name == spec.name) made = make_of<T>(rule, spec);
  });
  if (!made)
    throw std::invalid_argument("loss: got " + quoted(spec.name) + ", expected " + one_of(names_of<LossList>()));
  return made;
}

std::vector<LossInfo> loss_infos() {
  std::vector<LossInfo> all;
  for_each_rule<LossList>([&](const auto& rule) {
    using Rule = std::decay_t<decltype(rule)>;
    LossInfo info{Rule::name,
                  Rule::summary,
                  Rule::formula,
                  Rule::source,
                  Rule::targets,
                  Rule::counterpart,
                  Rule::why,
                  {},
                  names_of<typename Rule::OutputActivations>(),
                  Rule::categorical,
                  Rule::margins,
                  setting_infos(rule)};
    for (const Task task : Rule::tasks) info.tasks.push_back(name_of(task));
    all.push_back(std::move(info));
  });
  return all;
}

template class Loss<float>;
template class Loss<double>;
template Index Loss<float>::evaluate_all(const float*, const Targets<float>&, Index, Index, float*, double*) const;
template Index Loss<float>::evaluate_all(const float*, const Targets<float>&, Index, Index, float*, float*) const;
template Index Loss<double>::evaluate_all(const double*, const Targets<double>&, Index, Index, double*, double*) const;

}  // namespace rosenblatt
