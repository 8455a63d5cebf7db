// Training: epochs of optimizer steps, and the loss with its gradient.
#include "trainer.hpp"

#include "backprop.hpp"

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

/// Rough cost of one step: three products of 2 operations for each weight and row.
double operations(double weights, Index rows) { return 6.0 * weights * static_cast<double>(rows); }

}  // namespace

template <class T>
Trainer<T>::Trainer(Network<T>& network, const Samples<T>& samples, Index batch_size, double alpha, int n_threads)
    : network_(network),
      samples_(samples),
      batch_size_(std::min(batch_size, samples.inputs.rows)),
      alpha_(alpha),
      n_threads_(n_threads),
      backprop_(std::make_unique<Backprop<T>>(network, samples, batch_size_, plan::most_threads(n_threads))),
      squares_(static_cast<Index>(backprop_->blocks().size())) {}

template <class T>
Trainer<T>::~Trainer() = default;

template <class T>
void Trainer<T>::refresh_squares() {
  if (alpha_ == 0.0) return;
  for (Index i = 0; i < squares_.size(); ++i) {
    const Block& block = backprop_->blocks()[i];
    squares_[i] = squares_of(network_.weights() + block.weights, block.size);
  }
}

template <class T>
double Trainer<T>::square_sum() const {
  double sum = 0.0;
  for (Index i = 0; i < squares_.size(); ++i) sum += squares_[i];
  return sum;
}

template <class T>
double Trainer<T>::weight_sum(const std::int64_t* order, Index first, Index rows) const {
  if (!samples_.weights) return static_cast<double>(rows);
  double sum = 0.0;
  for (Index r = first; r < first + rows; ++r) sum += static_cast<double>(samples_.weights[order ? order[r] : r]);
  if (sum == 0.0) throw ZeroWeightSumError("sample_weight: the weights of a batch sum to zero");
  return sum;
}

template <class T>
template <class BeginStep, class Finish>
LossParts Trainer<T>::run(const std::int64_t* order, Index n, const std::function<bool()>& should_stop,
                          BeginStep&& begin_step, Finish&& finish) {
  constexpr Index L = kLane<T>;
  std::vector<Batch> batches;
  for (Index first = 0; first < n; first += batch_size_) {
    const Index rows = std::min(batch_size_, n - first);
    batches.push_back({first, rows, weight_sum(order, first, rows)});
    backprop_->reserve(order, first, rows);
  }
  refresh_squares();

  // Completes the gradient of a block: the penalty, and the mean over the batch.
  const auto finish_block = [&](const Batch& batch, Index block, T* gradient, T* bias) {
    const Block& place = backprop_->blocks()[block];
    const T inverse = T(1.0 / batch.weight_sum), alpha = T(alpha_);
    const T* w = network_.weights() + place.weights;
    for (Index e = 0; e < place.size; ++e) gradient[e] = (gradient[e] + alpha * w[e]) * inverse;
    finish(block, gradient, place.weights, place.size);
    if (!place.owns_biases()) return;
    for (Index e = 0; e < L; ++e) bias[e] *= inverse;
    finish(-1, bias, place.biases, L);
  };
  const int threads =
      std::min(backprop_->threads(),
               plan::threads(n_threads_, operations(static_cast<double>(network_.weights_size()), batch_size_),
                             backprop_->shares()));
  backprop_->reset();
  LossParts result;
  std::atomic<bool> stopped{false};
  team::run(threads, [&](team::Member member) {
    Poll poll(should_stop);
    for (const Batch& batch : batches) {
      double data = 0.0, penalty = 0.0;
      for (Index done = 0; done < batch.rows; done += backprop_->pass_rows()) {
        const Index rows = std::min(backprop_->pass_rows(), batch.rows - done), first = batch.first + done;
        const bool opening = done == 0, closing = done + rows == batch.rows;
        if (member.index == 0 && opening && alpha_ != 0.0) penalty = 0.5 * alpha_ * square_sum() / batch.weight_sum;
        backprop_->propagate(member, order ? order + first : nullptr, first, rows, poll, stopped);
        if (member.index == 0 && closing && !stopped) begin_step();
        member.barrier.wait();
        if (stopped.load(std::memory_order_relaxed)) return;
        if (member.index == 0) data += backprop_->loss_sum(rows);
        backprop_->collect(member, rows, opening, closing,
                           [&](Index block, T* gradient, T* bias) { finish_block(batch, block, gradient, bias); });
        member.barrier.wait();
      }
      if (member.index == 0) {
        const double share = static_cast<double>(batch.rows) / static_cast<double>(n);
        result.data += data / batch.weight_sum * share;
        result.penalty += penalty * share;
      }
    }
  });
  return result;
}

template <class T>
LossParts Trainer<T>::epoch(Optimizer<T>& optimizer, const std::vector<T*>& state, std::int64_t& steps,
                            double learning_rate, const std::int64_t* order, Index rows,
                            const std::function<bool()>& should_stop) {
  return run(
      order, rows, should_stop, [&] { optimizer.begin_step(++steps, learning_rate); },
      [&](Index block, const T* gradient, Index at, Index size) {
        T* slots[Optimizer<T>::kMaxSlots] = {};
        for (std::size_t s = 0; s < state.size(); ++s) slots[s] = state[s] + at;
        T* w = network_.weights() + at;
        optimizer.update(gradient, w, slots, size, block >= 0);
        if (block < 0) return;
        if (alpha_ != 0.0) squares_[block] = squares_of(w, size);
        backprop_->changed(block);
      });
}

template <class T>
LossParts Trainer<T>::loss_and_gradient(T* gradient, const std::function<bool()>& should_stop) {
  return run(
      nullptr, samples_.inputs.rows, should_stop, [] {},
      [&](Index, const T* block, Index at, Index size) { std::copy_n(block, size, gradient + at); });
}

template class Trainer<float>;
template class Trainer<double>;

}  // namespace rosenblatt
