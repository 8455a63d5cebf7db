// An optimizer as Python holds it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "bindings/network_object.hpp"
#include "bindings/tables.hpp"
#include "rules/optimizers/rules.hpp"

namespace rosenblatt {

inline constexpr std::int64_t kMostSteps = std::int64_t(1) << 60;

/// The value of a setting as Python reads it.
inline py::object value_of(const Setting& setting) {
  if (setting.accepted.boolean) return py::bool_(*setting.value != 0.0);
  return py::float_(*setting.value);
}

template <class List>
std::string quoted(const List& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "'" : ", '") + std::string(name) + "'";
  return text;
}

/// The optimizer of that name with these settings, all checked.
template <class T>
std::unique_ptr<Optimizer<T>> make_optimizer(const std::string& name, const std::map<std::string, double>& settings) {
  auto rule = Optimizer<T>::find(name);
  if (!rule)
    throw py::value_error("optimizer: unknown name '" + name + "', expected one of " +
                          quoted(Entries<OptimizerList<T>>::list()));
  const std::vector<Setting> known = rule->settings();
  for (const auto& [key, value] : settings) {
    const auto setting =
        std::find_if(known.begin(), known.end(), [&key = key](const Setting& entry) { return entry.name == key; });
    if (setting == known.end()) {
      std::vector<std::string_view> names;
      for (const Setting& entry : known) names.push_back(entry.name);
      throw py::value_error("optimizer: '" + name + "' has no setting '" + key + "', expected one of " + quoted(names));
    }
    if (!setting->accepted.accepts(value))
      reject("optimizer '" + name + "': " + key, py::str(py::float_(value)),
             (setting->accepted.boolean ? "" : "a number in ") + std::string(setting->accepted.text));
    *setting->value = value;
  }
  return rule;
}

/// An optimizer's rule and its state, which Python may read, replace and store as plain arrays.
template <class T>
struct OptimizerObject : MadeByInit {
  std::unique_ptr<Optimizer<T>> rule;
  Index size;
  std::vector<Array<T>> state;
  std::int64_t steps = 0;

  OptimizerObject(const std::string& name, const std::map<std::string, double>& settings, const py::object& network)
      : rule(make_optimizer<T>(name, settings)),
        size(instance_of<NetworkObject<T>>("network", network).size()) {
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
