// A chosen loss with its output activation: what networks hold and bindings ask. The losses are in losses.hpp.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.hpp"

namespace rosenblatt {

/// A choice of loss and output activation by name. What is left out has its default.
struct LossSpec {
  std::string name, output_activation;
  std::map<std::string, std::vector<double>> settings;
};

/// What a loss says about itself: the fields of its struct.
struct LossInfo {
  struct Setting {
    std::string_view name;
    std::vector<double> standard;
    bool several;  // a vector, even of one number
    std::string_view accepted, meaning;
  };
  std::string_view name, summary, formula, source, targets;
  std::vector<std::string_view> output_activations;
  std::vector<Setting> settings;
  bool categorical;
};

std::vector<LossInfo> loss_infos();

/// A chosen loss, over row-major tiles of raw scores (rows, outputs) and targets (rows, target_columns(outputs)). For
/// categorical losses a target is 1 in the column of its class and 0 in the others.
template <class T>
class Loss {
 public:
  virtual ~Loss() = default;
  virtual std::string_view name() const = 0;
  virtual std::string_view output_activation() const = 0;
  /// Whether targets are one class of many for each row.
  virtual bool categorical() const = 0;
  /// Columns of the targets for so many outputs. Throws std::invalid_argument if there can be no such network.
  virtual Index target_columns(Index outputs) const = 0;
  /// Whether `evaluate` wants all rows of a batch at once, from one thread, and may throw.
  virtual bool whole_batch() const { return false; }
  /// z <- predictions.
  virtual void predict(T* z, Index rows, Index outputs) const = 0;
  /// row_loss <- the loss of each row; z <- its gradient by the raw scores; y is scratch afterwards.
  virtual void evaluate(T* z, T* y, Index rows, Index outputs, double* row_loss) const = 0;
  /// The place of the first target that the loss is not defined for, or -1; and which targets it is defined for.
  virtual Index first_bad_target(const T* y, Index size) const = 0;
  virtual std::string_view targets() const = 0;

  /// gradient, row_loss <- as by the tile's evaluate, for any number of rows and with classes by their index. Returns
  /// the place of the first target that the loss is not defined for, or -1; with one, the rest is not written.
  Index evaluate_all(const T* z, const Targets<T>& targets, Index rows, Index outputs, T* gradient,
                     double* row_loss) const;

  /// Throws std::invalid_argument for names, pairs and settings that do not exist.
  static std::unique_ptr<Loss> make(const LossSpec& spec);
};

extern template class Loss<float>;
extern template class Loss<double>;

}  // namespace rosenblatt
