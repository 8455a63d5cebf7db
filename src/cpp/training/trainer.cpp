// Training: the two kinds of passes over the samples.
#include "training/trainer.hpp"

#include "training/epoch_run.hpp"

namespace rosenblatt {

template <class T>
Trainer<T>::Trainer(Network<T>& network, const Loss<T>& loss, const Samples<T>& samples, const TrainingOptions& options)
    : context_(std::make_unique<TrainingContext<T>>(network, loss, samples, options)) {}

template <class T>
Trainer<T>::~Trainer() = default;

template <class T>
Index Trainer<T>::steps_of(Index rows) const {
  return ceil_div(rows, context_->options.batch_size);
}

template <class T>
LossParts Trainer<T>::epoch(Optimizer<T>& optimizer, const std::vector<T*>& state, std::int64_t& steps,
                            const StepSchedule& schedule, const std::int64_t* order, Index rows,
                            const std::function<bool()>& should_stop) {
  GroupOptimizers<T> optimizers(optimizer, context_->network, context_->options);
  const OptimizerStep<T> step{*context_, state, steps, schedule, optimizer.weight_decay(), steps, optimizers};
  return EpochRun<T, OptimizerStep<T>>(*context_, step, order, rows, should_stop).run();
}

template <class T>
LossParts Trainer<T>::loss_and_gradients(const GradientArrays<T>& gradients, const std::function<bool()>& should_stop) {
  const GradientCopy<T> step{*context_, gradients};
  return EpochRun<T, GradientCopy<T>>(*context_, step, nullptr, context_->samples.inputs.rows, should_stop).run();
}

template class Trainer<float>;
template class Trainer<double>;

}  // namespace rosenblatt
