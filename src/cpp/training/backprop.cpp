// Backpropagation of a batch: setup, and the choice between the two ways in which threads share phase 1.
#include "training/backprop.hpp"

#include <numeric>

namespace rosenblatt {

template <class T>
Backprop<T>::Backprop(const Network<T>& network, const Loss<T>& loss, const Samples<T>& samples, Index largest_batch,
                      int threads)
    : loss_(loss),
      threads_(threads),
      blocks_(network.blocks()),
      partition_(partition_batch(network, samples.inputs.sparse(), loss.whole_batch(), largest_batch, threads)),
      workspace_(network, partition_, samples, loss.whole_batch(), largest_batch, threads),
      passes_(network, loss, samples, workspace_) {
  for (std::size_t stage = 0; stage < 2 * network.layers().size() + 1; ++stage) stages_.emplace_back(threads);
  const Index block_count = static_cast<Index>(blocks_.size());
  for (Index end = 1, begin = 0; end <= block_count; ++end)
    if (end == block_count || (!partition_.by_rows() && blocks_[end].layer != blocks_[begin].layer)) {
      ranges_.push_back({begin, end, WorkQueue(threads)});
      begin = end;
    }
}

template <class T>
void Backprop<T>::reserve(const std::int64_t* order, Index first, Index rows) {
  const Table<T>& inputs = passes_.samples().inputs;
  if (!inputs.sparse()) return;
  for (Index done = 0; done < rows; done += pass_rows())
    workspace_.column_groups().reserve(inputs, order, first + done, std::min(pass_rows(), rows - done));
}

template <class T>
void Backprop<T>::reset() {
  error_ = nullptr;
  for (WorkQueue& queue : stages_) queue.reset();
  for (Index i = 0; i < static_cast<Index>(blocks_.size()); ++i) changed(i);
}

template <class T>
void Backprop<T>::propagate(team::Member member, const Pass& pass, Stop stop) {
  if (member.index == 0) {
    for (BlockRange& range : ranges_) range.queue.reset();
    passes_.group_columns(pass);
  }
  if (partition_.by_rows() || (member.count == 1 && !loss_.whole_batch()))
    by_tiles(member, pass, stop);
  else
    by_layers(member, pass, stop);
}

template <class T>
double Backprop<T>::loss_sum(Index rows) const {
  double sum = 0.0;
  if (partition_.by_rows())
    for (Index piece = 0; piece < ceil_div(rows, partition_.piece_rows); ++piece) sum += workspace_.piece_loss(piece);
  else
    sum = std::accumulate(workspace_.row_loss(0), workspace_.row_loss(rows), sum);
  return sum;
}

template class Backprop<float>;
template class Backprop<double>;

}  // namespace rosenblatt
