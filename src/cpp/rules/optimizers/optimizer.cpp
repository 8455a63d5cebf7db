// The loop over a block of weights for each optimizer, with weight decay; the choice of an optimizer by name.
#include "rules/optimizers/optimizer.hpp"

#include <algorithm>
#include <stdexcept>

#include "rules/names.hpp"
#include "rules/optimizers/rules.hpp"

namespace rosenblatt {
namespace {

/// A rule with weight decay.
template <class Rule>
struct WithDecay : Rule {
  double weight_decay = Rule::default_weight_decay;

  static constexpr auto settings() {
    return std::tuple_cat(
        Rule::settings(),
        std::make_tuple(Setting{"weight_decay", &WithDecay::weight_decay, range::kNotNegative,
                                "Decoupled weight decay: before each step, weights (not biases) are multiplied by 1 - "
                                "learning_rate * weight_decay (Loshchilov & Hutter, ICLR 2019)."}));
  }
};

template <class Rule, class T>
class OptimizerOf final : public Optimizer<T> {
 public:
  static_assert(Rule::slots <= Optimizer<T>::kMaxSlots);
  explicit OptimizerOf(const SettingValues& settings) {
    assign(rule_, "settings of optimizer " + quoted(Rule::name), settings);
  }
  OptimizerInfo info() const override {
    return {Rule::name, Rule::class_name, Rule::summary, Rule::formula, Rule::source, Rule::default_learning_rate};
  }
  int slots() const override { return Rule::slots; }
  std::vector<SettingInfo> settings() const override { return setting_infos(rule_); }
  double weight_decay() const override { return rule_.weight_decay; }
  std::unique_ptr<Optimizer<T>> clone() const override { return std::make_unique<OptimizerOf>(*this); }
  void begin_step(std::int64_t t, double learning_rate, double weight_decay) override {
    rule_.begin_step(t, learning_rate);
    decay_ = T(learning_rate * weight_decay);
  }
  void update(const T* g, Completion<T> completion, T* w, T* const* state, Index size, Index columns,
              bool decays) const override {
    // One loop for each case, so that none computes what is not needed.
    const auto decayed = [decay = decay_](T weight) { return weight - decay * weight; };
    const auto kept = [](T weight) { return weight; };
    const auto as_it_is = [](T gradient, T) { return gradient; };
    const auto with = [&](auto decay) {
      completion.needed() ? loop(g, completion, w, state, size, columns, decay)
                          : loop(g, as_it_is, w, state, size, columns, decay);
    };
    decays&& decay_ != T(0) ? with(decayed) : with(kept);
  }

 private:
  template <class Complete, class Decay>
  void loop(const T* g, Complete complete, T* w, T* const* state, Index size, Index columns, Decay decay) const {
    const Rule rule = rule_;  // a copy: the compiler knows that the stores below do not change it
    T* s[Optimizer<T>::kMaxSlots];
    std::copy_n(state, Rule::slots, s);
    // By half lanes, so that half a lane of padding is skipped, which takes 0.94 of the time for 8-50-50-50-1 in
    // batches of 1.
    constexpr Index H = kLane<T> / 2;
    const Index stride = 2 * columns <= kLane<T> ? kLane<T> : H;
    for (Index first = 0; first < size; first += stride)
#pragma GCC ivdep
      for (Index i = first; i < first + H; ++i) {
        const T gradient = complete(g[i], w[i]);
        T weight = decay(w[i]);
        rule.update(gradient, weight, s, i);
        w[i] = weight;
      }
  }

  WithDecay<Rule> rule_;
  T decay_{};
};

}  // namespace

template <class T>
std::unique_ptr<Optimizer<T>> Optimizer<T>::make(std::string_view name, const SettingValues& settings) {
  std::unique_ptr<Optimizer> made;
  for_each_rule<OptimizerList<T>>([&](auto rule) {
    if (decltype(rule)::name == name) made = std::make_unique<OptimizerOf<decltype(rule), T>>(settings);
  });
  if (!made) throw std::invalid_argument("optimizer: got " + quoted(name) + ", expected " + one_of(optimizer_names()));
  return made;
}

std::vector<std::string_view> optimizer_names() { return names_of<OptimizerList<double>>(); }

template class Optimizer<float>;
template class Optimizer<double>;

}  // namespace rosenblatt
