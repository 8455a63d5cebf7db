// Rows of both storages behind one interface, and their products with the weights.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "perceptron/unfused.hpp"
#include "types.hpp"

namespace rosenblatt::perceptron {

/// values[j] stands in column(j), for j < size.
template <class T>
struct DenseRow {
  using Value = T;
  static constexpr int kLookahead = 8;
  // Rows taken together after a mistake. Products in vain hide behind one another: fewer made digits a third slower.
  static constexpr int kAfterMistake = 8;

  const T* values;
  Index size;

  static DenseRow at(const Table<T>& table, std::int32_t r) { return {table.dense + r * table.columns, table.columns}; }
  Index column(Index j) const { return j; }

  // The processor streams these rows by itself, and asking for them gained nothing (100000 rows of 100 values).
  void prefetch() const {}
};

/// As DenseRow. Columns may be in any order and may repeat.
template <class T>
struct CsrRow {
  using Value = T;
  static constexpr int kLookahead = 4;
  // Gathered products in vain are dear: taking 4 always made fits on 10000 rows of 100 values 1.2 to 1.8 times slower.
  static constexpr int kAfterMistake = 1;

  const T* values;
  Index size;
  const std::int32_t* columns;

  static CsrRow at(const Table<T>& table, std::int32_t r) {
    const Index begin = table.indptr[r];
    return {table.values + begin, table.indptr[r + 1] - begin, table.indices + begin};
  }
  Index column(Index j) const { return columns[j]; }

  // Shuffled sparse rows are short and scattered.
  void prefetch() const {
#if defined(__GNUC__)
    constexpr Index kMost = 512;
    const Index count = std::min(size, kMost);
    for (Index j = 0; j < count; j += kLane<T>) __builtin_prefetch(values + j);
    for (Index j = 0; j < count; j += kLane<std::int32_t>) __builtin_prefetch(columns + j);
#endif
  }
};

/// Continues `sum` with the products of row and w from position `begin` on: each in T, added one by one in double.
template <class Row, class T>
double dot(const Row& row, const T* w, Index begin, double sum) {
  for (Index j = begin; j < row.size; ++j) sum += static_cast<double>(w[row.column(j)] * row.values[j]);
  return sum;
}

/// sums[b] = rows[b] . w. One sum is a chain of dependent additions, so a full set of rows takes the time of one.
template <class Row, class T>
void dots(const Row* rows, int count, const T* w, double* sums) {
  constexpr int kCount = Row::kLookahead;
  if (count < kCount) {
    for (int b = 0; b < count; ++b) sums[b] = dot(rows[b], w, 0, 0.0);
    return;
  }
  Index common = rows[0].size;
  for (int b = 1; b < kCount; ++b) common = std::min(common, rows[b].size);
  double chain[kCount] = {};
  for (Index j = 0; j < common; ++j) {
    for (int b = 0; b < kCount; ++b) chain[b] += static_cast<double>(w[rows[b].column(j)] * rows[b].values[j]);
  }
  for (int b = 0; b < kCount; ++b) sums[b] = dot(rows[b], w, common, chain[b]);
}

}  // namespace rosenblatt::perceptron
