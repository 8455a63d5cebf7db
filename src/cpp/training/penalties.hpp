// The penalties of the weights: alpha / 2 |W|^2 + l1 |W|_1.
#pragma once

#include <vector>

#include "model/layer.hpp"
#include "training/options.hpp"
#include "training/reductions.hpp"

namespace rosenblatt {

/// Knows each block's share of the penalty, updated together with the block while it is in cache. Weights are
/// penalised; biases, scales and slopes are not.
template <class T>
class Penalties {
 public:
  Penalties(const std::vector<Block>& blocks, const TrainingOptions& options)
      : blocks_(blocks), alpha_(options.alpha), l1_(options.l1), of_blocks_(static_cast<Index>(blocks.size())) {}

  bool active() const { return alpha_ != 0.0 || l1_ != 0.0; }

  /// Computes the share of a block, or of all blocks, anew.
  void update(Index i, const T* parameters) {
    const Block& block = blocks_[i];
    if (!active() || block.kind != ParameterKind::weights) return;
    const T* w = parameters + block.start;
    double penalty = 0.0;
    if (alpha_ != 0.0) penalty += 0.5 * alpha_ * reductions::squared_norm(w, block.size);
    if (l1_ != 0.0) penalty += l1_ * reductions::l1_norm(w, block.size);
    of_blocks_[i] = penalty;
  }
  void update_all(const T* parameters) {
    if (!active()) return;
    for (Index i = 0; i < of_blocks_.size(); ++i) update(i, parameters);
  }

  double sum() const {
    double sum = 0.0;
    for (Index i = 0; i < of_blocks_.size(); ++i) sum += of_blocks_[i];
    return sum;
  }

  /// Adds the gradient of the L1 penalty of a block. That of alpha is added together with the scaling of the gradient
  /// (Completion).
  void add_l1_gradient(const Block& block, const T* parameters, T* gradient) const {
    const T l1 = T(l1_);
    if (l1 == T(0) || block.kind != ParameterKind::weights) return;
    const T* w = parameters + block.start;
    for (Index e = 0; e < block.size; ++e) gradient[e] += w[e] > T(0) ? l1 : w[e] < T(0) ? -l1 : T(0);
  }
  /// The factor of the gradient of the L2 penalty for a block.
  T alpha(const Block& block) const { return block.kind == ParameterKind::weights ? T(alpha_) : T(0); }

 private:
  const std::vector<Block>& blocks_;
  const double alpha_, l1_;
  Buffer<double> of_blocks_;
};

}  // namespace rosenblatt
