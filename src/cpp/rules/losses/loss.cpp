// The loops over tiles behind each pair of loss and output activation, and the choice of a pair by name.
#include "rules/losses/list.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "rules/losses/loss.hpp"

namespace rosenblatt {
namespace {

/// What the loops over single outputs take for a loss: itself, or its part for one output.
template <class Rule>
const Rule& element_of(const Rule& rule) {
  return rule;
}
Pinball element_of(const Quantile& rule) { return Pinball(rule.quantiles.front()); }

// What does not depend on the pair is compiled once for all pairs: inlined into each it would fill megabytes.

/// z <- link(z). Flattened: everything that the loop calls is inlined, or else it would not vectorise.
template <class Link, class T>
[[gnu::noinline, gnu::flatten]] void predict_elements(T* z, Index size) {
  for (Index i = 0; i < size; ++i) z[i] = Link::predict(z[i]);
}

template <class T>
[[gnu::noinline]] void sum_rows(const T* values, Index rows, Index columns, double* sums) {
  if (columns == 1) return void(std::copy_n(values, rows, sums));  // a loop that vectorises
  for (Index r = 0; r < rows; ++r) {
    double sum = 0.0;
    for (Index c = 0; c < columns; ++c) sum += static_cast<double>(values[r * columns + c]);
    sums[r] = sum;
  }
}

// Rows of few outputs are taken side by side, a lane of them, since a row alone would fill no register: log_loss of 2,
// 5, 10 and 40 outputs in float32 takes 9, 14, 22 and 74 ns a row so, 35, 55, 78 and 140 row by row.
constexpr Index kFewOutputs = 128;

template <class T>
struct SideBySide {
  alignas(64) T numbers[kFewOutputs * kLane<T>];  // (outputs, lane); rows that are not there are 0
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

template <class Rule, class Link, class T>
class LossOf final : public Loss<T> {
 public:
  explicit LossOf(const Rule& rule) : rule_(rule) {}

  std::string_view name() const override { return Rule::name; }
  std::string_view output_activation() const override { return Link::name; }
  bool categorical() const override { return Rule::categorical; }
  std::string_view targets() const override { return Rule::targets; }

  Index target_columns(Index outputs) const override {
    const Index group = rule_.outputs_per_target();
    if (outputs % group != 0)
      throw std::invalid_argument("loss: '" + std::string(Rule::name) + "' with these settings takes " +
                                  std::to_string(group) + " outputs for each target, got " + std::to_string(outputs) +
                                  " outputs");
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
      predict_elements<Link>(z, rows * outputs);
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

 private:
  /// y <- values; z <- gradients. Flattened as well.
  [[gnu::flatten]] void evaluate_elements(T* z, T* y, Index size) const {
    const auto rule = element_of(rule_);  // a copy, which no store through z or y can change
    for (Index i = 0; i < size; ++i) {
      const T score = z[i], target = y[i];
      if constexpr (Rule::form == Form::score) {
        y[i] = rule.value(score, target);
        z[i] = rule.gradient(score, target);
      } else if constexpr (Rule::form == Form::logarithm) {
        const T p = Link::predict(score), log_p = Link::log_predict(score);
        y[i] = rule.value(p, log_p, target);
        z[i] = rule.log_derivative(p, log_p, target) * Link::log_derivative(score);
      } else {
        const T p = Link::predict(score);
        y[i] = rule.value(p, target);
        z[i] = rule.derivative(p, target) * Link::derivative(score);
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
    SideBySide<T> scores;
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
    SideBySide<T> scores, targets;
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

std::string quoted(std::string_view name) { return "'" + std::string(name) + "'"; }

/// "'a', 'b'".
template <class Names>
std::string listed(const Names& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + quoted(name);
  return text;
}

/// "1", or "[1, 2]".
std::string listed_numbers(const std::vector<double>& numbers) {
  std::ostringstream text;
  text << (numbers.size() == 1 ? "" : "[");
  for (std::size_t i = 0; i < numbers.size(); ++i) text << (i ? ", " : "") << numbers[i];
  text << (numbers.size() == 1 ? "" : "]");
  return text.str();
}

template <class... Rules>
std::vector<std::string_view> names_of(std::tuple<Rules...>) {
  return {Rules::name...};
}

/// Calls visit with an instance of each rule in a list.
template <class... Rules, class Visit>
void for_each(std::tuple<Rules...>, Visit&& visit) {
  (visit(Rules{}), ...);
}

bool assign(double& value, const std::vector<double>& given) {
  if (given.size() == 1) value = given.front();
  return given.size() == 1;
}
bool assign(std::vector<double>& value, const std::vector<double>& given) {
  value = given;
  return true;
}
std::vector<double> numbers_of(double value) { return {value}; }
const std::vector<double>& numbers_of(const std::vector<double>& value) { return value; }

template <class Rule>
void configure(Rule& rule, const LossSpec& spec) {
  std::vector<std::string_view> known;
  rule.settings([&](std::string_view name, auto& value, auto valid, std::string_view accepted, std::string_view) {
    known.push_back(name);
    const auto given = spec.settings.find(std::string(name));
    if (given == spec.settings.end()) return;
    if (!assign(value, given->second) || !valid(value))
      throw std::invalid_argument(std::string(name) + ": got " + listed_numbers(given->second) + ", expected " +
                                  std::string(accepted));
  });
  for (const auto& setting : spec.settings)
    if (std::find(known.begin(), known.end(), setting.first) == known.end())
      throw std::invalid_argument("loss_settings: " + quoted(Rule::name) + " has no setting " + quoted(setting.first) +
                                  (known.empty() ? "" : ", it has " + listed(known)));
}

/// Throws the reason why the loss does not go with an output activation.
template <class Rule>
[[noreturn]] void refuse(const Rule& rule, std::string_view output_activation) {
  auto known = names_of(outputs::List{});
  std::string text = "output_activation: ";
  if (std::find(known.begin(), known.end(), output_activation) == known.end()) {
    text += "unknown name " + quoted(output_activation);
  } else {
    text += "got " + quoted(output_activation) + " for loss " + quoted(Rule::name);
  }
  text += ", expected ";
  if (rule.outputs_per_target() > 1)
    throw std::invalid_argument(text + "'identity', since several outputs are one target's");
  const auto accepted = names_of(typename Rule::OutputActivations{});
  throw std::invalid_argument(text + (accepted.size() > 1 ? "one of " : "") + listed(accepted) + ", since " +
                              std::string(Rule::why));
}

template <class T, class Rule>
std::unique_ptr<Loss<T>> make_of(Rule rule, const LossSpec& spec) {
  configure(rule, spec);
  using Default = std::tuple_element_t<0, typename Rule::OutputActivations>;
  const std::string_view wanted =
      spec.output_activation.empty() ? Default::name : outputs::canonical(spec.output_activation);
  std::unique_ptr<Loss<T>> made;
  for_each(typename Rule::OutputActivations{}, [&](auto link) {
    using Link = decltype(link);
    const bool possible = rule.outputs_per_target() == 1 || Link::name == outputs::Identity::name;
    if (Link::name == wanted && possible) made = std::make_unique<LossOf<Rule, Link, T>>(rule);
  });
  if (!made) refuse(rule, wanted);
  return made;
}

}  // namespace

// Each target is read once, so that it is used as it was checked, whatever other threads write there.
template <class T>
Index Loss<T>::evaluate_all(const T* z, const Targets<T>& all, Index rows, Index outputs, T* gradient,
                            double* row_loss) const {
  constexpr Index kNumbers = 4096;  // of a tile, which stays in the first-level cache
  const Index columns = target_columns(outputs), tile_rows = std::min(rows, std::max<Index>(kNumbers / outputs, 1));
  Buffer<T> tile(tile_rows * columns);
  T* const y = tile.data();
  for (Index first = 0; first < rows; first += tile_rows) {
    const Index count = std::min(tile_rows, rows - first);
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
    evaluate(scores, y, count, outputs, row_loss + first);
  }
  return -1;
}

template <class T>
std::unique_ptr<Loss<T>> Loss<T>::make(const LossSpec& spec) {
  std::unique_ptr<Loss> made;
  for_each(LossList{}, [&](auto rule) {
    if (decltype(rule)::name == spec.name) made = make_of<T>(rule, spec);
  });
  if (!made)
    throw std::invalid_argument("loss: unknown name " + quoted(spec.name) + ", expected one of " +
                                listed(names_of(LossList{})));
  return made;
}

std::vector<LossInfo> loss_infos() {
  std::vector<LossInfo> all;
  for_each(LossList{}, [&](auto rule) {
    using Rule = decltype(rule);
    LossInfo info{Rule::name,   Rule::summary,    Rule::formula,
                  Rule::source, Rule::targets,    names_of(typename Rule::OutputActivations{}),
                  {},           Rule::categorical};
    rule.settings([&](std::string_view name, auto& value, auto, std::string_view accepted, std::string_view meaning) {
      constexpr bool several = !std::is_same_v<std::decay_t<decltype(value)>, double>;
      info.settings.push_back({name, numbers_of(value), several, accepted, meaning});
    });
    all.push_back(std::move(info));
  });
  return all;
}

template class Loss<float>;
template class Loss<double>;

}  // namespace rosenblatt
