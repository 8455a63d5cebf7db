// What all epochs of a training share: setup and choices.
#include "training/context.hpp"

#include <stdexcept>

#include "threads/thread_count.hpp"
#include "training/trainer.hpp"

namespace rosenblatt {
namespace {

/// Nanoseconds until another processor has the parameters and the optimizer's state, or half of them, in its cache,
/// where the two share none: 30 a cache line.
std::int64_t move_time(double bytes_of_parameters) {
  constexpr double kArrays = 3.0, kLine = 64.0;
  return static_cast<std::int64_t>(30.0 * 0.5 * kArrays * bytes_of_parameters / kLine);
}

/// The network, once it is known that training can pass through it.
template <class T>
Network<T>& trainable(Network<T>& network, const Samples<T>& samples) {
  if (const auto name = network.untrainable_activation(); !name.empty())
    throw std::invalid_argument("activation: got '" + std::string(name) + "', expected one that has a derivative");
  if (network.layers_in_front() > 0 && samples.inputs.sparse())
    throw std::invalid_argument(
        "X: got a sparse matrix, expected a dense array, since the network scales or embeds its inputs");
  return network;
}

TrainingOptions fitted(TrainingOptions options, Index rows) {
  options.batch_size = std::min(options.batch_size, rows);
  return options;
}

}  // namespace

template <class T>
TrainingContext<T>::TrainingContext(Network<T>& trained, const Loss<T>& loss, const Samples<T>& rows,
                                    const TrainingOptions& chosen)
    : network(trainable(trained, rows)),
      samples(rows),
      options(fitted(chosen, rows.inputs.rows)),
      backprop(network, loss, samples, options.batch_size, most_threads(options.n_threads)),
      penalties(backprop.blocks(), options),
      gradient_norm(backprop.blocks(), network.size(), options.clip_norm),
      clip_queue(backprop.threads()),
      panel_queue(backprop.threads()),
      thread_choice(move_time(static_cast<double>(network.size() * sizeof(T))), processors_are_forced()) {
  const auto& blocks = backprop.blocks();
  for (Index i = 0; i < static_cast<Index>(blocks.size()); ++i)
    if (blocks[i].owns_biases()) first_blocks.push_back(i);
}

template <class T>
std::vector<Batch> TrainingContext<T>::batches(const std::int64_t* order, Index n) const {
  const auto weight_sum = [&](Index first, Index rows) {
    if (!samples.weights) return static_cast<double>(rows);
    double sum = 0.0;
    for (Index r = first; r < first + rows; ++r) sum += static_cast<double>(samples.weights[order ? order[r] : r]);
    if (sum == 0.0)
      throw ZeroWeightSumError(
          "sample_weight: got weights of a batch that sum to zero, expected a sum that is not zero");
    return sum;
  };
  std::vector<Batch> batches;
  for (Index first = 0; first < n; first += options.batch_size) {
    const Index rows = std::min(options.batch_size, n - first);
    batches.push_back({first, rows, weight_sum(first, rows)});
  }
  return batches;
}

template <class T>
int TrainingContext<T>::thread_count(Index rows) const {
  const auto operations = [this](Index count) { return 3.0 * network.operations(count); };  // three products as large
  const bool worth_sharing =
      operations(rows) >= partition::kEpochWorthSharing && operations(options.batch_size) >= backprop.worth_sharing();
  return std::min(backprop.threads(), rosenblatt::thread_count(options.n_threads, backprop.parts(), worth_sharing));
}

template <class T>
void TrainingContext<T>::limit_norms(Index first) {
  const auto& blocks = backprop.blocks();
  const Index inputs = network.layers()[blocks[first].layer]->inputs();
  if (!bounds::limit_norms(network.parameters() + blocks[first].start, inputs, T(options.max_norm))) return;
  for (Index i = first, input = 0; input < inputs; input += blocks[i++].inputs) changed(i);
}

template struct TrainingContext<float>;
template struct TrainingContext<double>;

}  // namespace rosenblatt
