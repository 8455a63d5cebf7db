// The loop over a block of weights behind each optimizer, and weight decay, which all share.
#include "optimizers.hpp"

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
  void update(const T* g, T* w, T* const* state, Index size, bool decays) const override {
    // Two loops, so that the one without decay does nothing for it.
    if (decays && decay_ != T(0))
      loop(g, w, state, size, [decay = decay_](T weight) { return weight - decay * weight; });
    else
      loop(g, w, state, size, [](T weight) { return weight; });
  }

 private:
  template <class Decay>
  void loop(const T* g, T* w, T* const* state, Index size, Decay decayed) const {
    const Rule rule = rule_;  // a copy that the compiler knows no store below can change
    T* s[Optimizer<T>::kMaxSlots];
    std::copy_n(state, Rule::slots, s);
#pragma GCC ivdep
    for (Index i = 0; i < size; ++i) {
      T weight = decayed(w[i]);
      rule.update(g[i], weight, s, i);
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
