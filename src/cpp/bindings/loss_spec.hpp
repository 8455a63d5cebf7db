// The choice of a loss as Python makes it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "bindings/bindings.hpp"
#include "rules/losses/loss.hpp"

namespace rosenblatt {

/// The name of each setting and its number, or numbers.
using LossSettings = std::map<std::string, std::variant<double, std::vector<double>>>;

inline LossSpec loss_spec(const std::string& loss, const std::optional<std::string>& output_activation,
                          const LossSettings& settings) {
  LossSpec spec{loss, output_activation.value_or(""), {}};
  for (const auto& [name, value] : settings) {
    if (const double* one = std::get_if<double>(&value))
      spec.settings[name] = {*one};
    else
      spec.settings[name] = std::get<std::vector<double>>(value);
  }
  return spec;
}

}  // namespace rosenblatt
