// Bounds: gradients clipped by value or by norm, and the norm of the weights into each neuron.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "model/layer.hpp"
#include "training/options.hpp"
#include "training/reductions.hpp"

namespace rosenblatt::bounds {

/// Clips each number to [-largest, largest]; NaN stays.
template <class T>
void clip(T* values, Index size, T largest) {
  for (Index i = 0; i < size; ++i) {
    const T value = values[i] > largest ? largest : values[i];
    values[i] = value < -largest ? -largest : value;
  }
}

/// The gradient of a batch, kept until its norm is known (Pascanu, Mikolov & Bengio, "On the difficulty of training
/// recurrent neural networks", ICML 2013).
template <class T>
class GradientNorm {
 public:
  /// With an infinite bound it keeps nothing.
  GradientNorm(const std::vector<Block>& blocks, Index parameters_size, double largest)
      : blocks_(blocks), largest_(largest) {
    if (!active()) return;
    squares_ = Buffer<double>(static_cast<Index>(blocks.size()));
    gradient_ = Buffer<T>(parameters_size);
  }

  bool active() const { return largest_ < TrainingOptions::kUnbounded; }

  /// Keeps the gradient of a block, and of the biases that it owns.
  void keep(Index i, const T* gradient, const T* biases) {
    const Block& block = blocks_[i];
    squares_[i] =
        reductions::squared_norm(gradient, block.size) + (biases ? reductions::squared_norm(biases, kLane<T>) : 0.0);
    std::copy_n(gradient, block.size, gradient_.data() + block.start);
    if (biases) std::copy_n(biases, kLane<T>, gradient_.data() + block.biases);
  }

  /// The factor that brings the norm of all that was kept down to the largest allowed.
  T factor() const {
    double sum = 0.0;
    for (Index i = 0; i < squares_.size(); ++i) sum += squares_[i];
    const double norm = std::sqrt(sum);
    return T(norm > largest_ ? largest_ / norm : 1.0);
  }

  /// Calls update(gradient, biases or null) with a kept block, multiplied by a factor.
  template <class Update>
  void take_scaled(Index i, T factor, Update&& update) {
    const Block& block = blocks_[i];
    T* const gradient = gradient_.data() + block.start;
    T* const biases = block.owns_biases() ? gradient_.data() + block.biases : nullptr;
    for (Index e = 0; e < block.size; ++e) gradient[e] *= factor;
    if (biases)
      for (Index e = 0; e < kLane<T>; ++e) biases[e] *= factor;
    update(gradient, biases);
  }

 private:
  const std::vector<Block>& blocks_;
  const double largest_;
  Buffer<double> squares_;  // of the gradient of each block
  Buffer<T> gradient_;
};

/// Scales the weights into each neuron of a panel, [inputs][lane], down to the largest norm allowed. Returns whether
/// any changed.
template <class T>
bool limit_norms(T* w, Index inputs, T largest) {
  constexpr Index L = kLane<T>;
  T squares[L] = {};
  for (Index i = 0; i < inputs; ++i)
    for (Index j = 0; j < L; ++j) squares[j] += w[i * L + j] * w[i * L + j];
  T factors[L];
  bool any = false;
  for (Index j = 0; j < L; ++j) {
    const T norm = std::sqrt(squares[j]);
    factors[j] = norm > largest ? largest / norm : T(1);
    any = any || norm > largest;
  }
  if (!any) return false;
  for (Index i = 0; i < inputs; ++i)
    for (Index j = 0; j < L; ++j) w[i * L + j] *= factors[j];
  return true;
}

}  // namespace rosenblatt::bounds
