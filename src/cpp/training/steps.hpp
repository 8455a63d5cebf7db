// What an epoch does with the gradient of each block: an optimizer's step, or a copy for an optimizer elsewhere.
#pragma once

#include "training/context.hpp"
#include "training/group_optimizers.hpp"
#include "training/trainer.hpp"

namespace rosenblatt {

/// What completes the summed gradients of a block: of its main parameters, and of the biases that it owns.
template <class T>
struct Completions {
  Completion<T> main, biases;
};

/// Updates each block by an optimizer.
template <class T>
struct OptimizerStep {
  static constexpr bool kTakesSteps = true;  // so that bounds apply

  TrainingContext<T>& context;
  const std::vector<T*>& state;
  std::int64_t& steps;
  const StepSchedule& schedule;
  const double weight_decay;  // the optimizer's
  const std::int64_t steps_before;
  GroupOptimizers<T>& optimizers;

  /// Before a batch passes through the network; by one thread.
  void draw(Index batch) const {
    const TrainingOptions& options = context.options;
    const double* rates = options.dropout.empty() ? nullptr : options.dropout.data();
    if (schedule.dropout && batch < schedule.steps)
      rates = schedule.dropout + batch * static_cast<Index>(context.network.dense_layers().size());
    if (rates)
      context.backprop.draw_dropout(rates, options.dropout_seed, static_cast<std::uint64_t>(steps_before + batch));
  }
  /// Before the gradients of a batch are complete; by one thread.
  void begin(Index batch) const {
    optimizers.begin_step(++steps, schedule.learning_rates[schedule.constant_rate ? 0 : batch],
                          schedule.weight_decays ? schedule.weight_decays[batch] : weight_decay);
  }
  /// With the summed gradient of a block, and that of the biases that it owns or null.
  void update(Index i, const T* gradient, const T* biases, const Completions<T>& completions) const {
    const Block& block = context.backprop.blocks()[i];
    apply(optimizers.of(block.layer, block.kind), gradient, completions.main, block.start, block.size, block.columns);
    if (biases)
      apply(optimizers.of(block.layer, ParameterKind::biases), biases, completions.biases, block.biases, kLane<T>,
            block.columns);
    context.changed(i);
  }

 private:
  void apply(const typename GroupOptimizers<T>::Update& update, const T* gradient, Completion<T> completion,
             Index start, Index size, Index columns) const {
    T* slots[Optimizer<T>::kMaxSlots] = {};
    for (std::size_t s = 0; s < state.size(); ++s) slots[s] = state[s] + start;
    update.optimizer->update(gradient, completion, context.network.parameters() + start, slots, size, columns,
                             update.decays);
  }
};

/// Copies the gradient of each block into arrays as users see them.
template <class T>
struct GradientCopy {
  static constexpr bool kTakesSteps = false;

  TrainingContext<T>& context;
  const GradientArrays<T>& to;

  void draw(Index) const { context.backprop.draw_dropout(nullptr, 0, 0); }
  void begin(Index) const {}
  void update(Index i, const T* gradient, const T* biases, const Completions<T>& completions) const {
    const Block& block = context.backprop.blocks()[i];
    copy(block, block.kind, block.start, gradient, completions.main);
    if (biases) copy(block, ParameterKind::biases, block.biases, biases, completions.biases);
  }

 private:
  void copy(const Block& block, ParameterKind kind, Index start, const T* sums, Completion<T> completion) const {
    T* to_rows = to.of(block.layer, kind);
    if (to_rows == nullptr) return;
    if (kind == ParameterKind::periodic || kind == ParameterKind::categories) {
      for (Index i = 0; i < block.inputs; ++i) to_rows[block.first_input + i] = completion(sums[i], T(0));
      return;
    }
    const bool weights = kind == ParameterKind::weights;
    const Index width = context.network.layers()[static_cast<std::size_t>(block.layer)]->outputs();
    const T* w = context.network.parameters() + start;
    to_rows += block.first_input * (weights ? width : 0) + block.panel * kLane<T>;
    for (Index r = 0; r < (weights ? block.inputs : 1); ++r, sums += kLane<T>, w += kLane<T>, to_rows += width)
      for (Index c = 0; c < block.columns; ++c) to_rows[c] = completion(sums[c], w[c]);
  }
};

}  // namespace rosenblatt
