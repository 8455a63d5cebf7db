// Prediction: single rows through products of rows, more rows in tiles, on as many threads as are useful.
#include "model/prediction.hpp"

#include <atomic>
#include <stdexcept>

#include "base/finite.hpp"
#include "base/interrupt.hpp"
#include "kernels/single_rows.hpp"
#include "kernels/sparse.hpp"
#include "threads/thread_count.hpp"
#include "threads/work_queue.hpp"

namespace rosenblatt {
namespace {

/// Rows of a tile: the activations of a few tiles fit the second-level cache up to about 1000 neurons.
constexpr Index kTileRows = 48;

/// Rows up to which row-major weights are used as they are: packing them into panels costs as much as the products of
/// about 10 rows.
constexpr Index kDirectRows = 8;

/// Operations below which a thread is not worth waking, since other threads may be asleep. 8-50-50-50-1 on two threads
/// compared with one, a call each millisecond: 0.7 times as fast with 3e6 operations, 1.0 with 6.3e6, 1.1 with 7.9e6.
constexpr double kWorthSharing = 6e6;

template <class T>
Index padded(Index width) {
  return ceil_div(width, kLane<T>) * kLane<T>;
}

/// The activations of two layers for a single row: on the stack unless a layer is very wide.
template <class T>
class RowScratch {
 public:
  explicit RowScratch(Index widest) : side_(padded<T>(widest)) {
    if (side_ > kSide) large_ = Buffer<T>(2 * side_);
  }
  T* first() { return side_ > kSide ? large_.data() : small_; }
  T* second() { return first() + side_; }

 private:
  static constexpr Index kSide = 1024;
  Index side_;
  Buffer<T> large_;
  alignas(64) T small_[2 * kSide];
};

/// out (outputs,) <- the raw scores of one dense row.
template <class T>
void row_scores(const Network<T>& network, const T* row, T* out) {
  RowScratch<T> scratch(network.widest());
  T *z = scratch.first(), *other = scratch.second();
  const T* a = row;
  for (const auto& layer : network.layers()) {
    layer->forward_row(network.parameters(), a, z);
    a = z;
    std::swap(z, other);
  }
  std::copy_n(a, network.outputs(), out);
}

template <class T>
Index widest(const RowMajorNetwork<T>& network) {
  Index widest = 0;
  for (const RowMajorLayer<T>& layer : network.layers) widest = std::max(widest, layer.outputs);
  return widest;
}

/// out (rows, outputs) <- the raw scores of dense rows.
template <class T>
void row_major_scores(const RowMajorNetwork<T>& network, const Table<T>& x, T* out) {
  RowScratch<T> scratch(widest(network));
  const RowMajorLayer<T>& last = network.layers.back();
  for (Index r = 0; r < x.rows; ++r) {
    T *z = scratch.first(), *other = scratch.second();
    const T* a = x.dense + r * x.columns;
    for (const RowMajorLayer<T>& layer : network.layers) {
      single_rows::product_row_major(layer.weights, layer.biases, layer.inputs, layer.outputs, a, z);
      if (&layer != &last) layer.activation.forward(z, z, padded<T>(layer.outputs));
      a = z;
      std::swap(z, other);
    }
    std::copy_n(a, last.outputs, out + r * last.outputs);
  }
}

template <class T>
Network<T> packed(const RowMajorNetwork<T>& network) {
  Architecture architecture;
  architecture.widths.push_back(network.layers.front().inputs);
  for (const RowMajorLayer<T>& layer : network.layers) {
    architecture.widths.push_back(layer.outputs);
    if (&layer != &network.layers.back()) architecture.activations.emplace_back(layer.activation.name);
  }
  Network<T> made(architecture, network.loss_spec);
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const DenseLayer<T>& layer = *made.dense_layers()[l];
    layer.pack(ParameterKind::weights, network.layers[l].weights, made.parameters());
    layer.pack(ParameterKind::biases, network.layers[l].biases, made.parameters());
  }
  return made;
}

/// Few dense rows: `scores(out)` computes their raw scores.
template <class T, class Scores>
PredictionResult predict_rows(const Loss<T>& loss, Index outputs, const Table<T>& x, const PredictionPolicy& policy,
                              T* out, Scores&& scores) {
  if (policy.check_finite && !all_finite(x.dense, x.rows * x.columns)) return PredictionResult::not_finite;
  // On a team of one, whose mode for subnormal numbers is that of larger teams.
  team::run(1, Subnormals::kept, [&](team::Member) {
    scores(out);
    if (!policy.scores) loss.predict(out, x.rows, outputs);
  });
  return PredictionResult::ok;
}

template <class T>
PredictionResult predict_tiles(const Network<T>& network, const Table<T>& x, const PredictionPolicy& policy,
                               const PredictionOutputs<T>& to) {
  const Index tile_rows = std::min(x.rows, kTileRows), outputs = network.outputs();
  const Index tiles = ceil_div(x.rows, std::max<Index>(tile_rows, 1));
  const int threads = thread_count(policy.n_threads, tiles, network.operations(x.rows) >= kWorthSharing);
  const Index side = panels::size<T>(tile_rows, network.widest());
  Buffer<T> scratch(threads * 2 * side);
  WorkQueue queue(threads);
  std::atomic<bool> stopped{false}, finite{true};
  const Dropout<T> no_dropout;
  team::run(threads, Subnormals::kept, [&](team::Member member) {
    Poll poll(policy.should_stop);
    T* a = scratch.data() + member.index * 2 * side;
    T* z = a + side;
    queue.for_each(member, tiles, [&](Index t) {
      if (stopped) return;
      if (member.index == 0 && poll.stop()) stopped = true;
      const Index first = t * tile_rows, rows = std::min(tile_rows, x.rows - first);
      const sparse::Rows<T> sparse_rows{x, nullptr, first, no_dropout, 0};
      const sparse::Rows<T>* sparse_inputs = x.sparse() ? &sparse_rows : nullptr;
      if (!x.sparse()) {
        const T* const from = x.dense + first * x.columns;
        if (policy.check_finite && !all_finite(from, rows * x.columns)) {
          finite = false;
          stopped = true;
          return;
        }
        panels::gather(from, x.columns, nullptr, rows, a, tile_rows);
      }
      Index hidden = -static_cast<Index>(network.layers_in_front());  // the index of the hidden layer
      for (const auto& layer : network.layers()) {
        const LayerTile<T> tile{rows, tile_rows, a, sparse_inputs, nullptr, z, nullptr, nullptr};
        layer->forward(network.parameters(), tile, all_panels<T>(layer->outputs()), false);
        if (hidden >= 0 && hidden < static_cast<Index>(to.hidden.size()) && to.hidden[hidden])
          panels::scatter(z, tile_rows, rows, layer->outputs(), to.hidden[hidden] + first * layer->outputs());
        ++hidden;
        sparse_inputs = nullptr;
        std::swap(a, z);
      }
      T* const out = to.outputs + first * outputs;
      panels::scatter(a, tile_rows, rows, outputs, out);
      if (!policy.scores) network.loss().predict(out, rows, outputs);
    });
  });
  if (!finite) return PredictionResult::not_finite;
  return stopped ? PredictionResult::stopped : PredictionResult::ok;
}

}  // namespace

template <class T>
double RowMajorNetwork<T>::operations(Index rows) const {
  double parameters = 0.0;
  for (const RowMajorLayer<T>& layer : layers)
    parameters += static_cast<double>(layer.inputs + 1) * static_cast<double>(padded<T>(layer.outputs));
  return 2.0 * parameters * static_cast<double>(rows);
}

template <class T>
PredictionResult predict(const NetworkView<T>& view, const Table<T>& x, const PredictionPolicy& policy,
                         const PredictionOutputs<T>& to) {
  if (view.row_major) {
    const RowMajorNetwork<T>& network = *view.row_major;
    if (x.sparse() || x.rows > kDirectRows || !to.hidden.empty()) return predict_tiles(packed(network), x, policy, to);
    return predict_rows(*network.loss, network.layers.back().outputs, x, policy, to.outputs,
                        [&](T* out) { row_major_scores(network, x, out); });
  }
  const Network<T>& network = *view.panels;
  if (x.sparse() && network.layers_in_front() > 0)
    throw std::invalid_argument(
        "X: got a sparse matrix, expected a dense array, since the network scales or embeds its inputs");
  if (x.sparse() || x.rows != 1 || !to.hidden.empty()) return predict_tiles(network, x, policy, to);
  return predict_rows(network.loss(), network.outputs(), x, policy, to.outputs,
                      [&](T* out) { row_scores(network, x.dense, out); });
}

template <class T>
bool is_short(const NetworkView<T>& network, Index rows) {
  return network.operations(rows) < kWorthSharing;
}

template struct RowMajorNetwork<float>;
template struct RowMajorNetwork<double>;
template PredictionResult predict(const NetworkView<float>&, const Table<float>&, const PredictionPolicy&,
                                  const PredictionOutputs<float>&);
template PredictionResult predict(const NetworkView<double>&, const Table<double>&, const PredictionPolicy&,
                                  const PredictionOutputs<double>&);
template bool is_short(const NetworkView<float>&, Index);
template bool is_short(const NetworkView<double>&, Index);

}  // namespace rosenblatt
