// The loop over a block of weights behind each optimizer.
#include "optimizers.hpp"

namespace rosenblatt {
namespace {

template <class Rule, class T>
class OptimizerOf final : public Optimizer<T> {
 public:
  static_assert(Rule::slots <= Optimizer<T>::kMaxSlots);
  std::string_view name() const override { return Rule::name; }
  int slots() const override { return Rule::slots; }
  std::vector<Setting> settings() override { return rule_.settings(); }
  void begin_step(std::int64_t t, double learning_rate) override { rule_.begin_step(t, learning_rate); }
  void update(const T* g, T* w, T* const* state, Index size) const override {
    const Rule rule = rule_;  // a copy that the compiler knows no store below can change
    T* s[Optimizer<T>::kMaxSlots];
    std::copy_n(state, Rule::slots, s);
#pragma GCC ivdep
    for (Index i = 0; i < size; ++i) {
      T weight = w[i];
      rule.update(g[i], weight, s, i);
      w[i] = weight;
    }
  }

 private:
  Rule rule_;
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
