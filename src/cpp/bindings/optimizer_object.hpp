// The optimizer object of Python.
#pragma once

#include <string>
#include <vector>

#include "bindings/network_object.hpp"
#include "bindings/settings.hpp"
#include "bindings/tables.hpp"
#include "rules/optimizers/optimizer.hpp"

namespace rosenblatt {

inline constexpr std::int64_t kMostSteps = std::int64_t(1) << 60;

/// An optimizer's rule and its state, which Python reads and replaces as plain arrays.
template <class T>
struct OptimizerObject : MadeByInit {
  std::unique_ptr<Optimizer<T>> rule;
  Index size;
  std::vector<Array<T>> state;
  std::int64_t steps = 0;

  OptimizerObject(const std::string& name, const SettingValues& settings, const py::object& network)
      : rule(Optimizer<T>::make(name, settings)), size(instance_of<NetworkObject<T>>("network", network).size()) {
    for (int s = 0; s < rule->slots(); ++s) {
      state.emplace_back(size);
      std::fill_n(state.back().mutable_data(), size, T(0));
    }
  }

  void set_state(std::vector<Array<T>> arrays) {
    if (arrays.size() != state.size())
      reject("state", std::to_string(arrays.size()) + " arrays", std::to_string(state.size()));
    for (const Array<T>& array : arrays) check_shape("state", array, {size});
    state = std::move(arrays);
  }

  void set_steps(std::int64_t count) {
    if (count < 0 || count > kMostSteps)
      reject("steps", std::to_string(count), "from 0 to " + std::to_string(kMostSteps));
    steps = count;
  }
};

}  // namespace rosenblatt
