// The loop over a block of weights behind each optimizer, and weight decay, which all share.
#include "rules/optimizers/rules.hpp"

#include <algorithm>

namespace rosenblatt {
namespace {

template <class Rule, class T>
class OptimizerOf final : public Optimizer<T> {
 public:
  static_assert(Rule::slots <= Optimizer<T>::kMaxSlots);
  OptimizerInfo info() const override {
    return {Rule::name, Rule::class_name, Rule::summary, Rule::formula, Rule::source, Rule::default_learning_rate};
  }
  int slots() const override { return Rule::slots; }
  std::vector<Setting> settings() override {
    std::vector<Setting> all = rule_.settings();
    all.push_back({"weight_decay", &weight_decay_, range::kNotNegative,
                   "Decoupled weight decay: before each step, weights (not biases) shrink by learning_rate * "
                   "weight_decay times themselves (Loshchilov & Hutter, ICLR 2019)."});
    return all;
  }
  void begin_step(std::int64_t t, double learning_rate) override {
    rule_.begin_step(t, learning_rate);
    decay_ = T(learning_rate * weight_decay_);
  }
  void update(const T* g, Completion<T> completion, T* w, T* const* state, Index size, Index columns,
              bool decays) const override {
    // A loop for each case, so that it does nothing for what is not asked for.
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
    const Rule rule = rule_;  // a copy that the compiler knows no store below can change
    T* s[Optimizer<T>::kMaxSlots];
    std::copy_n(state, Rule::slots, s);
    // By half lanes, so that half a lane of padding is skipped: 8-50-50-50-1 with batch 1 takes 0.94 of the time so.
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

  Rule rule_;
  double weight_decay_ = Rule::default_weight_decay;
  T decay_{};
};

}  // namespace

template <class T>
std::unique_ptr<Optimizer<T>> Optimizer<T>::find(std::string_view wanted) {
  std::unique_ptr<Optimizer<T>> found;
  std::apply(
      [&](auto... rule) {
        ((decltype(rule)::name == wanted ? void(found = std::make_unique<OptimizerOf<decltype(rule), T>>()) : void()),
         ...);
      },
      OptimizerList<T>{});
  return found;
}

template class Optimizer<float>;
template class Optimizer<double>;

}  // namespace rosenblatt
