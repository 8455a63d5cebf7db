// One pass over the samples by a team of threads: the sequence of what happens to each batch.
#pragma once

#include <atomic>

#include "threads/clock.hpp"
#include "threads/team.hpp"
#include "training/steps.hpp"

namespace rosenblatt {

/// `Step` is what happens to gradients: OptimizerStep or GradientCopy (steps.hpp).
template <class T, class Step>
class EpochRun {
 public:
  EpochRun(TrainingContext<T>& context, const Step& step, const std::int64_t* order, Index rows,
           const std::function<bool()>& should_stop)
      : context_(context),
        backprop_(context.backprop),
        step_(step),
        order_(order),
        rows_(rows),
        batches_(context.batches(order, rows)),
        clips_norm_(Step::kTakesSteps && context.gradient_norm.active()),
        clips_value_(Step::kTakesSteps && context.options.clip_value < TrainingOptions::kUnbounded),
        limits_norms_(Step::kTakesSteps && context.options.max_norm < TrainingOptions::kUnbounded),
        poll_(should_stop) {}

  /// Rethrows what a loss of whole batches threw.
  LossParts run() {
    for (const Batch& batch : batches_) backprop_.reserve(order_, batch.first, batch.rows);
    context_.penalties.update_all(context_.network.parameters());
    backprop_.reset();
    step_.draw(0);
    const int threads = context_.thread_count(rows_);
    measures_ = threads > 1;
    while (current_ < batches_.size() && !stopped_) take_interval(threads);
    if (std::exception_ptr error = backprop_.take_error()) std::rethrow_exception(std::move(error));
    return result_;
  }

 private:
  /// Batches that one team takes, until the thread choice ends the interval.
  void take_interval(int threads) {
    const Index first = batches_[current_].first;
    end_ = batches_.size();
    began_ = now();
    ThreadChoice& choice = context_.thread_choice;
    team::run(measures_ && choice.alone() ? 1 : threads, Subnormals::flushed,
              [this](team::Member member) { take_batches(member); });
    const Index reached = current_ < batches_.size() ? batches_[current_].first : rows_;
    if (measures_ && !stopped_) choice.record(reached - first, now() - began_);
  }

  /// A member's part of the batches.
  void take_batches(team::Member member) {
    for (std::size_t b = current_; b < end_; ++b) {
      if (!take_batch(member, b)) return;
      if (member.index == 0) {
        current_ = b + 1;
        member.barrier.open();
      } else if (member.barrier.leave_to_back_off()) {
        return;
      }
    }
  }

  /// A member's part of a step. Returns false if the run was stopped.
  bool take_batch(team::Member member, std::size_t b) {
    const Batch& batch = batches_[b];
    double data = 0.0, penalty = 0.0;  // of the first member
    for (Index done = 0; done < batch.rows; done += backprop_.pass_rows()) {
      const Pass pass{order_ ? order_ + batch.first + done : nullptr, batch.first + done,
                      std::min(backprop_.pass_rows(), batch.rows - done), done};
      const bool opening = done == 0, closing = done + pass.rows == batch.rows;
      if (member.index == 0 && opening && context_.penalties.active())
        penalty = context_.penalties.sum() / batch.weight_sum;
      backprop_.propagate(member, pass, Stop{poll_, stopped_});
      if (member.index == 0) prepare_updates(b, closing);
      member.barrier.wait();
      if (stopped_.load(std::memory_order_relaxed)) return false;
      if (member.index == 0) {
        data += backprop_.loss_sum(pass.rows);
        prepare_next(b, closing);
      }
      collect(member, batch, pass.rows, opening, closing);
      member.barrier.wait();
    }
    if (clips_norm_) update_clipped(member);
    if (limits_norms_) limit_norms(member);
    if (member.index == 0) record_loss(batch, data, penalty);
    return true;
  }

  /// Before phase 2, by the first member, while others may still be in phase 1.
  void prepare_updates(std::size_t b, bool closing) {
    context_.clip_queue.reset();
    context_.panel_queue.reset();
    if (closing && !stopped_) step_.begin(static_cast<Index>(b));
  }

  /// At the beginning of phase 2, by the first member, when no member is in phase 1.
  void prepare_next(std::size_t b, bool closing) {
    if (closing) step_.draw(static_cast<Index>(b) + 1);
    if (measures_ && context_.thread_choice.ends(now() - began_)) end_ = b + 1;
  }

  /// Phase 2: each block's gradient, completed and handed to the step.
  void collect(team::Member member, const Batch& batch, Index rows, bool opening, bool closing) {
    const T inverse = T(1.0 / batch.weight_sum);
    backprop_.collect(member, rows, opening, closing,
                      [&](Index block, T* gradient, T* biases) { complete(inverse, block, gradient, biases); });
  }

  /// Completes the summed gradient of a block by the penalty, the mean over the batch, and its bounds, as far as the
  /// loop of the step does not do that itself.
  void complete(T inverse, Index i, T* gradient, T* biases) {
    constexpr Index L = kLane<T>;
    const Block& block = backprop_.blocks()[i];
    const T* const parameters = context_.network.parameters();
    const Completions<T> completions{{context_.penalties.alpha(block), inverse}, {T(0), inverse}};
    context_.penalties.add_l1_gradient(block, parameters, gradient);
    if (!block.owns_biases()) biases = nullptr;
    if (!clips_value_ && !clips_norm_) return step_.update(i, gradient, biases, completions);
    const T* const w = parameters + block.start;
    for (Index e = 0; e < block.size; ++e) gradient[e] = completions.main(gradient[e], w[e]);
    if (biases)
      for (Index e = 0; e < L; ++e) biases[e] *= inverse;
    if (clips_value_) {
      const T largest = T(context_.options.clip_value);
      bounds::clip(gradient, block.size, largest);
      if (biases) bounds::clip(biases, L, largest);
    }
    if (clips_norm_)
      context_.gradient_norm.keep(i, gradient, biases);
    else
      step_.update(i, gradient, biases, {});
  }

  /// The updates of a step whose gradient is clipped by its norm, which is known only now.
  void update_clipped(team::Member member) {
    const T factor = context_.gradient_norm.factor();
    context_.clip_queue.for_each(member, static_cast<Index>(backprop_.blocks().size()), [&](Index i) {
      context_.gradient_norm.take_scaled(
          i, factor, [&](const T* gradient, const T* biases) { step_.update(i, gradient, biases, {}); });
    });
    member.barrier.wait();
  }

  void limit_norms(team::Member member) {
    const auto& panels = context_.first_blocks;
    context_.panel_queue.for_each(member, static_cast<Index>(panels.size()),
                                  [&](Index i) { context_.limit_norms(panels[i]); });
    member.barrier.wait();
  }

  void record_loss(const Batch& batch, double data, double penalty) {
    const double share = static_cast<double>(batch.rows) / static_cast<double>(rows_);
    add(data / batch.weight_sum * share, result_.data);
    add(penalty * share, result_.penalty);
  }
  /// Not inlined: whether the compiler fuses the addition with a multiplication must not depend on the code around it.
  [[gnu::noinline]] static void add(double part, double& sum) { sum += part; }

  TrainingContext<T>& context_;
  Backprop<T>& backprop_;
  const Step& step_;
  const std::int64_t* const order_;
  const Index rows_;
  const std::vector<Batch> batches_;
  const bool clips_norm_, clips_value_, limits_norms_;
  Poll poll_;
  std::atomic<bool> stopped_{false};
  bool measures_ = false;    // whether the time of intervals is measured, to choose between a team and one thread
  std::size_t current_ = 0;  // the batch that threads begin with when they join
  std::size_t end_ = 0;      // of the interval
  std::int64_t began_ = 0;   // the interval, in nanoseconds
  LossParts result_;
};

}  // namespace rosenblatt
