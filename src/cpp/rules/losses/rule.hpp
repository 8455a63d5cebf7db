// What the struct of a loss states, and the defaults of what it leaves out.
#pragma once

#include <array>
#include <string_view>
#include <tuple>

#include "base/types.hpp"
#include "rules/output_activations.hpp"
#include "rules/settings.hpp"

namespace rosenblatt {

/// What a loss's value and gradient are functions of: one prediction p; one p and its logarithm; one raw score z; or
/// all raw scores of a row, for several rows side by side.
enum class Form { prediction, logarithm, score, row };

/// What a loss is for: numbers; two classes, or labels that are independent of each other; one class of several.
enum class Task { regression, binary, multiclass };

// A loss also has
//   name, summary, formula, source   its documentation, of a prediction p and its target y;
// and by its form
//   prediction     value(p, y) and derivative(p, y), the derivative with respect to p;
//   logarithm      value(p, log_p, y) and log_derivative(p, log_p, y), the derivative with respect to log_p;
//   score          value(z, y) and gradient(z, y), the derivative with respect to z;
//   row            predict(z, outputs) and evaluate(z, y, outputs, loss), in place.

struct LossDefaults {
  static constexpr Form form = Form::prediction;
  static constexpr std::array tasks{Task::regression};
  /// The loss that takes its place for the other number of classes; it has the same settings.
  static constexpr std::string_view counterpart{};
  /// Whether raw scores are margins, which are no logarithms of probabilities.
  static constexpr bool margins = false;
  /// The output activations that the loss accepts, its default first, and why it accepts no others.
  using OutputActivations = outputs::OfNumbers;
  static constexpr std::string_view why = "it is a loss of one number at a time";
  /// Whether a target is the index of a class.
  static constexpr bool categorical = false;
  /// The targets that the loss is defined for, in words and as a predicate.
  static constexpr std::string_view targets = "any number";
  static bool accepts(double) { return true; }
  static constexpr auto settings() { return std::tuple<>{}; }
  /// Losses with several outputs for each target also have predict_group and evaluate_group, of these outputs.
  static constexpr bool grouped = false;
  Index outputs_per_target() const { return 1; }  // NOLINT(readability-convert-member-functions-to-static)
};

}  // namespace rosenblatt
