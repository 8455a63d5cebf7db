// An optimizer, chosen by name. The update rules themselves are in rules.hpp.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/api.hpp"
#include "base/types.hpp"
#include "rules/settings.hpp"

namespace rosenblatt {

/// What the struct of an optimizer states.
struct OptimizerInfo {
  std::string_view name, class_name, summary, formula, source;
  double learning_rate;  // the default
};

/// Completes the gradient of a batch with respect to a parameter w: adds the penalty's and divides by the sum of the
/// row weights.
template <class T>
struct Completion {
  T alpha = T(0), scale = T(1);

  bool needed() const { return alpha != T(0) || scale != T(1); }
  T operator()(T g, T w) const { return (g + alpha * w) * scale; }
};

template <class T>
class ROSENBLATT_API Optimizer {
 public:
  virtual ~Optimizer() = default;
  virtual OptimizerInfo info() const = 0;
  virtual int slots() const = 0;
  /// The settings of the rule, and weight_decay, which every optimizer has.
  virtual std::vector<SettingInfo> settings() const = 0;
  /// The setting weight_decay.
  virtual double weight_decay() const = 0;
  /// Computes the constants of step t, counted from 1.
  virtual void begin_step(std::int64_t t, double learning_rate, double weight_decay) = 0;
  /// One step for `size` parameters in whole lanes, of which only the first `columns` of each lane are used, given
  /// their gradients, the completion of these, and each slot of state. Weights decay; biases do not.
  virtual void update(const T* g, Completion<T> completion, T* w, T* const* state, Index size, Index columns,
                      bool decays) const = 0;

  /// An independent optimizer with the same settings.
  virtual std::unique_ptr<Optimizer> clone() const = 0;

  /// Throws std::invalid_argument for names and settings that do not exist.
  static std::unique_ptr<Optimizer> make(std::string_view name, const SettingValues& settings);

  static constexpr int kMaxSlots = 3;
};

/// The names of all optimizers.
ROSENBLATT_API std::vector<std::string_view> optimizer_names();

extern template class Optimizer<float>;
extern template class Optimizer<double>;

}  // namespace rosenblatt
