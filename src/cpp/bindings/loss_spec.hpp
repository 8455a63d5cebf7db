// The choice of a loss, from the arguments of Python.
#pragma once

#include <optional>
#include <string>

#include "bindings/bindings.hpp"
#include "rules/losses/loss.hpp"

namespace rosenblatt {

using LossSettings = SettingValues;

inline LossSpec loss_spec(const std::string& loss, const std::optional<std::string>& output_activation,
                          const LossSettings& settings) {
  return {loss, output_activation.value_or(""), settings};
}

}  // namespace rosenblatt
