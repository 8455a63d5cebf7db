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

/// Copies the gradient to `to`, laid out like the network's parameters.
template <class T>
struct GradientCopy {
  static constexpr bool kTakesSteps = false;

  TrainingContext<T>& context;
  T* to;

  void draw(Index) const { context.backprop.draw_dropout(nullptr, 0, 0); }
  void begin(Index) const {}
  void update(Index i, const T* gradient, const T* biases, const Completions<T>& completions) const {
    const Block& block = context.backprop.blocks()[i];
    const auto copy = [this](const T* sums, Completion<T> completion, Index start, Index size) {
      const T* const w = context.network.parameters() + start;
      for (Index e = 0; e < size; ++e) to[start + e] = completion(sums[e], w[e]);
    };
    copy(gradient, completions.main, block.start, block.size);
    if (biases) copy(biases, completions.biases, block.biases, kLane<T>);
  }
};

}  // namespace rosenblatt
