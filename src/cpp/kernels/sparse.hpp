// Products of the first layer for sparse inputs, which are never made dense.
#pragma once

#include <vector>

#include "kernels/dropout.hpp"
#include "kernels/microkernel.hpp"

namespace rosenblatt::sparse {

/// Rows of a CSR table on their way through a network: those that `order` picks, or with null the rows from `first` on.
/// Stored values are dropped as `dropout` says, row 0 being row `batch_row` of the batch.
template <class T>
struct Rows {
  const Table<T>& table;
  const std::int64_t* order;
  Index first;
  const Dropout<T>& dropout;
  Index batch_row;

  Index source(Index r) const { return order ? order[r] : first + r; }
};

/// Z = X W + b for `rows` rows of X: panels as in dense::forward, with row `columns` of W the bias.
template <class T>
void forward(const Rows<T>& from, Index columns, Index rows, const T* w, Index w_panel, Index panel_count, T* z,
             Index z_rows) {
  constexpr Index L = kLane<T>;
  const Table<T>& x = from.table;
  for (Index r = 0; r < rows; ++r) {
    const Index row = from.source(r), begin = x.indptr[row], end = x.indptr[row + 1];
    for (Index p = 0; p < panel_count; ++p) {
      const T* panel = w + p * w_panel;
      Lane<T> acc = ConstLaneMap<T>(panel + columns * L);
      if (from.dropout.active())
        for (Index e = begin; e < end; ++e)
          acc += x.values[e] * from.dropout.factor(from.batch_row + r, x.indices[e]) *
                 ConstLaneMap<T>(panel + x.indices[e] * L);
      else
        for (Index e = begin; e < end; ++e) acc += x.values[e] * ConstLaneMap<T>(panel + x.indices[e] * L);
      LaneMap<T>(z + (p * z_rows + r) * L) = acc;
    }
  }
}

/// The stored values of a batch in groups of `lane` columns, sorted by row within a group.
template <class T>
class ColumnGroups {
 public:
  struct Entry {
    T value;
    std::int32_t row;
    std::int32_t column;  // within the group
  };

  ColumnGroups() = default;
  explicit ColumnGroups(Index columns) : begin_(static_cast<std::size_t>(ceil_div(columns, kLane<T>)) + 2) {}

  /// Allocates for the stored values of these rows, since `build` must not throw.
  void reserve(const Table<T>& x, const std::int64_t* order, Index first, Index rows) {
    std::size_t stored = 0;
    for (Index r = first; r < first + rows; ++r) {
      const Index row = order ? order[r] : r;
      stored += static_cast<std::size_t>(x.indptr[row + 1] - x.indptr[row]);
    }
    if (stored > entries_.size()) entries_.resize(stored);
  }

  /// Groups the stored values of `rows` rows.
  void build(const Rows<T>& from, Index rows) {
    constexpr Index L = kLane<T>;
    const Table<T>& x = from.table;
    std::fill(begin_.begin(), begin_.end(), 0);
    const auto for_each = [&](auto&& body) {
      for (Index r = 0; r < rows; ++r) {
        const Index row = from.source(r);
        for (Index e = x.indptr[row]; e < x.indptr[row + 1]; ++e) body(r, x.indices[e], x.values[e]);
      }
    };
    // A counting sort: group g's entries end up in [begin_[g], begin_[g + 1]).
    for_each([&](Index, Index column, T) { ++begin_[column / L + 2]; });
    for (std::size_t g = 2; g < begin_.size(); ++g) begin_[g] += begin_[g - 1];
    for_each([&](Index r, Index column, T value) {
      if (from.dropout.active()) value *= from.dropout.factor(from.batch_row + r, column);
      entries_[begin_[column / L + 1]++] = {value, static_cast<std::int32_t>(r), static_cast<std::int32_t>(column % L)};
    });
  }

  /// G += X^T D for the columns of group g: D one panel [rows][lane] with `outputs` used columns, G [lane][lane]. If D
  /// is at most half full, only the first half is read.
  void weight_gradient(Index g, const T* d, Index outputs, T* gradient) const {
    constexpr Index L = kLane<T>;
    with_width<T>(outputs, [&](auto columns) {
      constexpr int W = decltype(columns)::value;
      for (Index e = begin_[g]; e < begin_[g + 1]; ++e) {
        const Entry& entry = entries_[e];
        VectorMap<T, W>(gradient + entry.column * L) += entry.value * ConstVectorMap<T, W>(d + entry.row * L);
      }
    });
  }

 private:
  std::vector<Index> begin_;
  std::vector<Entry> entries_;
};

}  // namespace rosenblatt::sparse
