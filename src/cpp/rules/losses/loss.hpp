// A loss with its output activation, chosen by name. The losses themselves are in regression.hpp and
// classification.hpp.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/api.hpp"
#include "base/types.hpp"
#include "rules/settings.hpp"

namespace rosenblatt {

/// The choice of a loss: an empty output activation stands for the loss's own; settings that are left out have their
/// defaults.
struct LossSpec {
  std::string name, output_activation;
  SettingValues settings;
};

/// What the struct of a loss states.
struct LossInfo {
  std::string_view name, summary, formula, source, targets, counterpart, why;
  std::vector<std::string_view> tasks, output_activations;
  bool categorical, margins;
  std::vector<SettingInfo> settings;
};

ROSENBLATT_API std::vector<LossInfo> loss_infos();

/// A chosen loss. It works on row-major tiles of raw scores (rows, outputs) and targets (rows,
/// target_columns(outputs)). The targets of a categorical loss are 1 in the column of the right class and 0 in the
/// others.
template <class T>
class Loss {
 public:
  virtual ~Loss() = default;
  virtual std::string_view name() const = 0;
  virtual std::string_view output_activation() const = 0;
  /// Whether a target is the index of a class.
  virtual bool categorical() const = 0;
  /// The number of columns of the targets for so many outputs. Throws std::invalid_argument if there is none.
  virtual Index target_columns(Index outputs) const = 0;
  /// Whether `evaluate` needs all rows of a batch at once, from one thread, and may throw.
  virtual bool whole_batch() const { return false; }
  /// z <- predictions.
  virtual void predict(T* z, Index rows, Index outputs) const = 0;
  /// row_loss <- the loss of each row; z <- its gradient with respect to the raw scores; y is overwritten.
  virtual void evaluate(T* z, T* y, Index rows, Index outputs, double* row_loss) const = 0;
  /// Where every number has a loss of its own, z <- the gradients and y <- the losses. Returns whether that is so.
  virtual bool evaluate_numbers([[maybe_unused]] T* z, [[maybe_unused]] T* y, [[maybe_unused]] Index size) const {
    return false;
  }
  /// The index of the first target that the loss is not defined for, or -1.
  virtual Index first_bad_target(const T* y, Index size) const = 0;
  /// The targets that it is defined for, in words.
  virtual std::string_view targets() const = 0;

  /// gradient, row_loss <- as by `evaluate`, for any number of rows, and with classes by their index. Returns the index
  /// of the first target that the loss is not defined for, or -1; the results are incomplete if there is one. `Sum` is
  /// double or T.
  template <class Sum>
  ROSENBLATT_API Index evaluate_all(const T* z, const Targets<T>& all, Index rows, Index outputs, T* gradient,
                                    Sum* row_loss) const;

  /// Throws std::invalid_argument for names, pairs and settings that do not exist.
  ROSENBLATT_API static std::unique_ptr<Loss> make(const LossSpec& spec);
};

// Instantiated in loss.cpp. Not declared extern, since a loss of the bindings derives from it: the engine is compiled
// without the type information that this takes.

}  // namespace rosenblatt
