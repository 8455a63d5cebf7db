// What happens to one tile of rows in a training step.
#include "training/passes.hpp"

#include <algorithm>

namespace rosenblatt {

template <class T>
void Passes<T>::draw_dropout(const double* rates, std::uint64_t seed, std::uint64_t step) {
  if (!rates) return std::fill(dropouts_.begin(), dropouts_.end(), Dropout<T>());
  // Of a column that is embedded, the outputs are dropped: the index of a category without them would be another one.
  dropouts_[network_.embeds() ? 1 : 0] = Dropout<T>(rates[0], seed, step, 0);
  const std::size_t in_front = network_.layers_in_front();  // their outputs are inputs
  for (std::size_t l = 1; l + in_front + 1 < dropouts_.size(); ++l)
    dropouts_[l + in_front] = Dropout<T>(rates[l], seed, step, l);
}

template <class T>
void Passes<T>::group_columns(const Pass& pass) {
  if (!samples_.inputs.sparse()) return;
  workspace_.column_groups().build({samples_.inputs, pass.order, pass.first, dropouts_[0], pass.batch_row}, pass.rows);
}

template <class T>
void Passes<T>::gather(const Tile& tile) {
  const Table<T>& x = samples_.inputs;
  if (x.sparse()) return;
  T* const to = workspace_.inputs(tile.slot);
  const Index buffer_rows = workspace_.buffer_rows();
  panels::gather(tile.order() ? x.dense : x.dense + tile.source(0) * x.columns, x.columns, tile.order(), tile.rows, to,
                 buffer_rows);
  if (dropouts_[0].active())
    for (Index p = 0; p < panels::count<T>(x.columns); ++p)
      dropouts_[0].apply(to + p * buffer_rows * kLane<T>, nullptr, tile.batch_row(), tile.rows, p);
  if (network_.embeds()) forward(tile, 0, all_panels<T>(outputs_of(0)));
}

template <class T>
void Passes<T>::forward(const Tile& tile, Index l, PanelRange neurons) {
  const Layer<T>& layer = *network_.layers()[l];
  const Dropout<T>& dropout = dropouts_[l + 1];
  const sparse::Rows<T> sparse_rows{samples_.inputs, tile.order(), tile.pass.first + tile.first, dropouts_[0],
                                    tile.batch_row()};
  const LayerTile<T> view = workspace_.tile(l, tile.slot, tile.rows, samples_.inputs.sparse() ? &sparse_rows : nullptr);
  const bool keep = l + 1 < layer_count() && (layer.keeps_derivative() || dropout.active());
  layer.forward(network_.parameters(), view, neurons, keep);
  if (!dropout.active()) return;
  for (Index p = neurons.first; p < neurons.end; ++p) {
    const Index panel = p * view.buffer_rows * kLane<T>;
    dropout.apply(view.outputs + panel, view.deltas + panel, tile.batch_row(), tile.rows, p);
    if (view.slope_terms) dropout.apply(view.slope_terms + panel, nullptr, tile.batch_row(), tile.rows, p);
  }
}

template <class T>
void Passes<T>::backward(const Tile& tile, Index l, PanelRange inputs, int thread, int transposed_copy) {
  const Layer<T>& layer = *network_.layers()[l];
  const Layer<T>& below = *network_.layers()[l - 1];
  const LayerTile<T> view = workspace_.tile(l, tile.slot, tile.rows, nullptr);
  const LayerTile<T> view_below = workspace_.tile(l - 1, tile.slot, tile.rows, nullptr);
  const bool kept = below.keeps_derivative() || dropouts_[l].active();
  // Where the derivatives are kept, they occupy the place of the deltas: the product goes elsewhere.
  T* const to =
      kept ? workspace_.product(thread) : view_below.deltas + inputs.first * view_below.buffer_rows * kLane<T>;
  const Index to_rows = kept ? partition::kTileRows : view_below.buffer_rows;
  const T* const transposed =
      partition::untransposed(tile.pass.rows) ? nullptr : workspace_.transposed(transposed_copy, l);
  layer.backward(network_.parameters(), transposed, view, inputs, to, to_rows);
  below.differentiate(view_below, inputs, kept, to, to_rows);
}

template <class T>
void Passes<T>::evaluate_loss(const Tile& tile, int thread) {
  T* const z = workspace_.score_tile(thread);
  T* const y = workspace_.target_tile(thread);
  const Index outputs = network_.outputs(), columns = samples_.targets.columns, rows = tile.rows;
  T* const scores = workspace_.scores(tile.slot);
  double* const row_loss = workspace_.row_loss(tile.first);

  panels::scatter(scores, workspace_.buffer_rows(), rows, outputs, z);
  if (const std::int32_t* classes = samples_.targets.classes) {
    std::fill_n(y, rows * outputs, T(0));
    for (Index r = 0; r < rows; ++r) y[r * outputs + classes[tile.source(r)]] = T(1);
  } else {
    const T* const values = samples_.targets.values;
    if (columns == 1)
      for (Index r = 0; r < rows; ++r) y[r] = values[tile.source(r)];
    else
      for (Index r = 0; r < rows; ++r) std::copy_n(values + tile.source(r) * columns, columns, y + r * columns);
  }
  loss_.evaluate(z, y, rows, outputs, row_loss);
  if (samples_.weights)
    for (Index r = 0; r < rows; ++r) {
      const T weight = samples_.weights[tile.source(r)];
      row_loss[r] *= static_cast<double>(weight);
      for (Index c = 0; c < outputs; ++c) z[r * outputs + c] *= weight;
    }
  panels::gather<T>(z, outputs, nullptr, rows, scores, workspace_.buffer_rows());
}

template class Passes<float>;
template class Passes<double>;

}  // namespace rosenblatt
