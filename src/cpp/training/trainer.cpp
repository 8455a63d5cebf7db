// Training: epochs of optimizer steps, and the loss with its gradient.
#include "training/trainer.hpp"

#include "threads/clock.hpp"
#include "threads/team.hpp"
#include "training/backprop.hpp"

namespace rosenblatt {
namespace {

/// What a step needs of its batch.
struct Batch {
  Index first, rows;
  double weight_sum;
};

template <class T>
double squares_of(const T* w, Index size) {
  // One sum a lane, then the lanes in order: vectorises, and the order is fixed.
  T sums[kLane<T>] = {};
  for (Index i = 0; i < size; i += kLane<T>)
    for (Index j = 0; j < kLane<T>; ++j) sums[j] += w[i + j] * w[i + j];
  double sum = 0.0;
  for (const T part : sums) sum += static_cast<double>(part);
  return sum;
}

/// The sum of the absolute values.
template <class T>
double sizes_of(const T* w, Index size) {
  T sums[kLane<T>] = {};
  for (Index i = 0; i < size; i += kLane<T>)
    for (Index j = 0; j < kLane<T>; ++j) sums[j] += std::abs(w[i + j]);
  double sum = 0.0;
  for (const T part : sums) sum += static_cast<double>(part);
  return sum;
}

/// Bounds each number to [-most, most]; NaN stays.
template <class T>
void clip(T* values, Index size, T most) {
  for (Index i = 0; i < size; ++i) {
    const T value = values[i] > most ? most : values[i];
    values[i] = value < -most ? -most : value;
  }
}

/// Nanoseconds until another processor has the weights and the optimizer's state, or half of them, in its cache, where
/// the two share none: 30 a line.
std::int64_t move_time(double bytes_of_weights) {
  constexpr double kArrays = 3.0, kLine = 64.0;
  return static_cast<std::int64_t>(30.0 * 0.5 * kArrays * bytes_of_weights / kLine);
}

/// What completes a block's gradient.
template <class T>
struct Completions {
  Completion<T> of_weights, of_biases;
};

}  // namespace

template <class T>
Trainer<T>::Trainer(Network<T>& network, const Loss<T>& loss, const Samples<T>& samples, const TrainingOptions& options)
    : network_(network),
      samples_(samples),
      options_(options),
      clip_queue_(plan::most_threads(options.n_threads)),
      norm_queue_(plan::most_threads(options.n_threads)),
      pace_(move_time(static_cast<double>(network.weights_size() * sizeof(T))), processors_are_forced()) {
  for (const Layer<T>& layer : network.layers())
    if (&layer != &network.layers().back() && !layer.activation.trainable())
      throw std::invalid_argument("activation: '" + std::string(layer.activation.name) +
                                  "' has no derivative to train through");
  options_.batch_size = std::min(options.batch_size, samples.inputs.rows);
  backprop_ = std::make_unique<Backprop<T>>(network, loss, samples, options_.batch_size,
                                            plan::most_threads(options.n_threads), options.dropout);
  const auto& blocks = backprop_->blocks();
  const Index count = static_cast<Index>(blocks.size());
  for (Index i = 0; i < count; ++i)
    if (blocks[i].owns_biases()) panels_.push_back(i);
  penalties_ = Buffer<double>(count);
  if (options_.clip_norm < TrainingOptions::kUnbounded) {
    squares_ = Buffer<double>(count);
    gradient_ = Buffer<T>(network.weights_size());
  }
}

template <class T>
Trainer<T>::~Trainer() = default;

template <class T>
double Trainer<T>::penalty_of(const Block& block) const {
  const T* w = network_.weights() + block.weights;
  double penalty = 0.0;
  if (options_.alpha != 0.0) penalty += 0.5 * options_.alpha * squares_of(w, block.size);
  if (options_.l1 != 0.0) penalty += options_.l1 * sizes_of(w, block.size);
  return penalty;
}

template <class T>
double Trainer<T>::penalty() const {
  double sum = 0.0;
  for (Index i = 0; i < penalties_.size(); ++i) sum += penalties_[i];
  return sum;
}

template <class T>
void Trainer<T>::limit_norms(Index first) {
  constexpr Index L = kLane<T>;
  const auto& blocks = backprop_->blocks();
  const Layer<T>& layer = network_.layers()[blocks[first].layer];
  T* const w = network_.weights() + blocks[first].weights;
  T squares[L] = {};
  for (Index i = 0; i < layer.inputs; ++i)
    for (Index j = 0; j < L; ++j) squares[j] += w[i * L + j] * w[i * L + j];
  T factors[L];
  bool any = false;
  for (Index j = 0; j < L; ++j) {
    const T norm = std::sqrt(squares[j]), most = T(options_.max_norm);
    factors[j] = norm > most ? most / norm : T(1);
    any = any || norm > most;
  }
  if (!any) return;
  for (Index i = 0; i < layer.inputs; ++i)
    for (Index j = 0; j < L; ++j) w[i * L + j] *= factors[j];
  for (Index i = first, input = 0; input < layer.inputs; input += blocks[i++].inputs) {
    if (penalized()) penalties_[i] = penalty_of(blocks[i]);
    backprop_->changed(i);
  }
}

template <class T>
double Trainer<T>::weight_sum(const std::int64_t* order, Index first, Index rows) const {
  if (!samples_.weights) return static_cast<double>(rows);
  double sum = 0.0;
  for (Index r = first; r < first + rows; ++r) sum += static_cast<double>(samples_.weights[order ? order[r] : r]);
  if (sum == 0.0) throw ZeroWeightSumError("sample_weight: the weights of a batch sum to zero");
  return sum;
}

// `step` has
//   draw(batch)                     before a batch goes through the network, by one thread;
//   begin(batch)                    before its gradients are complete, by one thread;
//   update(block, gradient, bias, completions)   with a block's summed gradient (bias: null unless the block owns it),
//                                                and what completes that of its weights and that of its biases;
//   takes_steps                     whether update changes the weights, so that bounds are of use.
template <class T>
template <class Step>
LossParts Trainer<T>::run(const std::int64_t* order, Index n, const std::function<bool()>& should_stop, Step& step) {
  constexpr Index L = kLane<T>;
  const auto& blocks = backprop_->blocks();
  const Index block_count = static_cast<Index>(blocks.size());
  std::vector<Batch> batches;
  for (Index first = 0; first < n; first += options_.batch_size) {
    const Index rows = std::min(options_.batch_size, n - first);
    batches.push_back({first, rows, weight_sum(order, first, rows)});
    backprop_->reserve(order, first, rows);
  }
  if (penalized())
    for (Index i = 0; i < block_count; ++i) penalties_[i] = penalty_of(blocks[i]);

  const bool clips_norm = step.takes_steps && options_.clip_norm < TrainingOptions::kUnbounded;
  const bool clips_value = step.takes_steps && options_.clip_value < TrainingOptions::kUnbounded;
  const bool limits_norms = step.takes_steps && options_.max_norm < TrainingOptions::kUnbounded;
  const T alpha = T(options_.alpha), l1 = T(options_.l1);
  // Completes the gradient of a block by the penalty, the mean over the batch, and its bounds, as far as that is not
  // left to the loop of the step.
  const auto finish = [&](T inverse, Index i, T* gradient, T* bias) {
    const Block& block = blocks[i];
    const T* w = network_.weights() + block.weights;
    const Completions<T> completions{{alpha, inverse}, {T(0), inverse}};
    if (l1 != T(0))
      for (Index e = 0; e < block.size; ++e) gradient[e] += w[e] > T(0) ? l1 : w[e] < T(0) ? -l1 : T(0);
    if (!block.owns_biases()) bias = nullptr;
    if (!clips_value && !clips_norm) return step.update(i, gradient, bias, completions);
    for (Index e = 0; e < block.size; ++e) gradient[e] = completions.of_weights(gradient[e], w[e]);
    if (bias)
      for (Index e = 0; e < L; ++e) bias[e] *= inverse;
    if (clips_value) {
      clip(gradient, block.size, T(options_.clip_value));
      if (bias) clip(bias, L, T(options_.clip_value));
    }
    if (!clips_norm) return step.update(i, gradient, bias, {});
    squares_[i] = squares_of(gradient, block.size) + (bias ? squares_of(bias, L) : 0.0);
    std::copy_n(gradient, block.size, gradient_.data() + block.weights);
    if (bias) std::copy_n(bias, L, gradient_.data() + block.biases);
  };
  // The second half of a step whose gradient's norm is clipped.
  const auto update_clipped = [&](team::Member member) {
    double sum = 0.0;
    for (Index i = 0; i < block_count; ++i) sum += squares_[i];
    const double norm = std::sqrt(sum);
    const T factor = T(norm > options_.clip_norm ? options_.clip_norm / norm : 1.0);
    clip_queue_.for_each(member, block_count, [&](Index i) {
      T* gradient = gradient_.data() + blocks[i].weights;
      T* bias = blocks[i].owns_biases() ? gradient_.data() + blocks[i].biases : nullptr;
      for (Index e = 0; e < blocks[i].size; ++e) gradient[e] *= factor;
      if (bias)
        for (Index e = 0; e < L; ++e) bias[e] *= factor;
      step.update(i, gradient, bias, {});
    });
  };

  const auto operations = [&](Index rows) { return 3.0 * network_.operations(rows); };  // three products as large
  const bool worth_sharing =
      operations(n) >= plan::kEpochWorthWaking && operations(options_.batch_size) >= backprop_->worth_sharing();
  const int threads =
      std::min(backprop_->threads(), plan::threads(options_.n_threads, backprop_->shares(), worth_sharing));
  backprop_->reset();
  step.draw(0);
  LossParts result;
  std::atomic<bool> stopped{false};
  Poll poll(should_stop);
  std::size_t current = 0;  // the batch that threads begin with when they join
  std::size_t end = 0;      // of the stretch of batches that a team takes
  std::int64_t begin = 0;   // its time
  const bool paced = threads > 1;
  const auto stretch = [&](team::Member member) {
    for (std::size_t b = current; b < end; ++b) {
      const Batch& batch = batches[b];
      const Index index = static_cast<Index>(b);
      const T inverse = T(1.0 / batch.weight_sum);
      double data = 0.0, penalty_before = 0.0;
      for (Index done = 0; done < batch.rows; done += backprop_->pass_rows()) {
        const Pass pass{order ? order + batch.first + done : nullptr, batch.first + done,
                        std::min(backprop_->pass_rows(), batch.rows - done), done};
        const bool opening = done == 0, closing = done + pass.rows == batch.rows;
        if (member.index == 0 && opening && penalized()) penalty_before = penalty() / batch.weight_sum;
        backprop_->propagate(member, pass, poll, stopped);
        if (member.index == 0) {
          clip_queue_.reset();
          norm_queue_.reset();
          if (closing && !stopped) step.begin(index);
        }
        member.barrier.wait();
        if (stopped.load(std::memory_order_relaxed)) return;
        if (member.index == 0) {
          data += backprop_->loss_sum(pass.rows);
          if (closing) step.draw(index + 1);  // here nobody is on the way through the network
          if (paced && pace_.ends(now() - begin)) end = b + 1;
        }
        backprop_->collect(member, pass.rows, opening, closing,
                           [&](Index block, T* gradient, T* bias) { finish(inverse, block, gradient, bias); });
        member.barrier.wait();
      }
      if (clips_norm) {
        update_clipped(member);
        member.barrier.wait();
      }
      if (limits_norms) {
        norm_queue_.for_each(member, static_cast<Index>(panels_.size()), [&](Index i) { limit_norms(panels_[i]); });
        member.barrier.wait();
      }
      if (member.index == 0) {
        const double share = static_cast<double>(batch.rows) / static_cast<double>(n);
        result.data += data / batch.weight_sum * share;
        result.penalty += penalty_before * share;
        current = b + 1;
        member.barrier.open();
      } else if (member.barrier.leave_to_back_off()) {
        return;
      }
    }
  };
  while (current < batches.size() && !stopped) {
    const Index first = batches[current].first;
    end = batches.size();
    begin = now();
    team::run(paced && pace_.alone() ? 1 : threads, stretch);
    if (paced && !stopped) pace_.record((current < batches.size() ? batches[current].first : n) - first, now() - begin);
  }
  if (backprop_->error()) std::rethrow_exception(backprop_->error());
  return result;
}

template <class T>
LossParts Trainer<T>::epoch(Optimizer<T>& optimizer, const std::vector<T*>& state, std::int64_t& steps,
                            const double* learning_rates, bool constant_rate, const std::int64_t* order, Index rows,
                            const std::function<bool()>& should_stop) {
  struct OptimizerStep {
    const bool takes_steps;
    Trainer& trainer;
    Optimizer<T>& optimizer;
    const std::vector<T*>& state;
    std::int64_t& steps;
    const double* learning_rates;
    const bool constant_rate;
    const std::int64_t steps_before;

    void draw(Index batch) const {
      trainer.backprop_->draw_dropout(trainer.options_.dropout_seed, static_cast<std::uint64_t>(steps_before + batch));
    }
    void begin(Index batch) const { optimizer.begin_step(++steps, learning_rates[constant_rate ? 0 : batch]); }
    void update(Index i, const T* gradient, const T* bias, const Completions<T>& completions) const {
      const Block& block = trainer.backprop_->blocks()[i];
      const Index columns = trainer.network_.layers()[block.layer].outputs - block.panel * kLane<T>;
      apply(gradient, completions.of_weights, block.weights, block.size, columns, true);
      if (bias) apply(bias, completions.of_biases, block.biases, kLane<T>, columns, false);
      if (trainer.penalized()) trainer.penalties_[i] = trainer.penalty_of(block);
      trainer.backprop_->changed(i);
    }
    void apply(const T* gradient, Completion<T> completion, Index at, Index size, Index columns, bool decays) const {
      T* slots[Optimizer<T>::kMaxSlots] = {};
      for (std::size_t s = 0; s < state.size(); ++s) slots[s] = state[s] + at;
      optimizer.update(gradient, completion, trainer.network_.weights() + at, slots, size, columns, decays);
    }
  } step{true, *this, optimizer, state, steps, learning_rates, constant_rate, steps};
  return run(order, rows, should_stop, step);
}

template <class T>
LossParts Trainer<T>::loss_and_gradient(T* gradient, const std::function<bool()>& should_stop) {
  struct Copy {
    const bool takes_steps;
    Trainer& trainer;
    T* to;

    void draw(Index) const { trainer.backprop_->clear_dropout(); }
    void begin(Index) const {}
    void update(Index i, const T* block, const T* bias, const Completions<T>& completions) const {
      const Block& place = trainer.backprop_->blocks()[i];
      const auto copy = [this](const T* sums, Completion<T> completion, Index at, Index size) {
        const T* const w = trainer.network_.weights() + at;
        for (Index e = 0; e < size; ++e) to[at + e] = completion(sums[e], w[e]);
      };
      copy(block, completions.of_weights, place.weights, place.size);
      if (bias) copy(bias, completions.of_biases, place.biases, kLane<T>);
    }
  } step{false, *this, gradient};
  return run(nullptr, samples_.inputs.rows, should_stop, step);
}

template class Trainer<float>;
template class Trainer<double>;

}  // namespace rosenblatt
