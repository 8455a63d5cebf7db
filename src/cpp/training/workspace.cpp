// The buffers of a training: their sizes.
#include "training/workspace.hpp"

namespace rosenblatt {

template <class T>
Workspace<T>::Workspace(const Network<T>& network, const BatchPartition& partition, const Samples<T>& samples,
                        bool whole_batch, Index largest_batch, int threads)
    : sparse_(samples.inputs.sparse()),
      buffer_rows_(partition.buffer_rows),
      parameters_size_(network.size()),
      product_size_(panels::size<T>(partition::kTileRows, network.widest())),
      score_tile_size_((whole_batch ? partition.pass_rows : partition::kTileRows) *
                       std::max(network.outputs(), samples.targets.columns)),
      inputs_(sparse_ ? 0 : panels::size<T>(buffer_rows_, network.inputs())),
      score_tiles_((whole_batch ? 1 : threads) * 2 * score_tile_size_),
      products_(threads * product_size_),
      row_loss_(partition.pass_rows),
      piece_loss_(partition.pieces),
      partial_(partition.by_rows() || largest_batch > partition.pass_rows ? partition.pieces * network.size() : 0) {
  const auto& layers = network.layers();
  for (const auto& layer : layers) {
    transposed_starts_.push_back(transposed_size_);
    transposed_size_ += layer->transposed_size();
    const Index size = panels::size<T>(buffer_rows_, layer->outputs());
    outputs_.emplace_back(size);
    if (&layer != &layers.back()) deltas_.emplace_back(size);
    bool slopes = false;
    for (const ParameterShape& shape : layer->parameters()) slopes = slopes || shape.kind == ParameterKind::slopes;
    slope_terms_.emplace_back(slopes ? size : 0);
  }
  if (!partition::untransposed(largest_batch))
    transposed_ = Buffer<T>((partition.by_rows() ? threads : 1) * transposed_size_);
  if (sparse_) column_groups_ = sparse::ColumnGroups<T>(network.inputs());
}

template class Workspace<float>;
template class Workspace<double>;

}  // namespace rosenblatt
