// Dense and CSR rows behind one interface, and their products with the weights.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/types.hpp"
#include "perceptron/unfused.hpp"

namespace rosenblatt::perceptron {

/// Prefetches the first values of a row that is needed soon, since shuffled rows are scattered in memory. The processor
/// prefetches the rest of a long row by itself.
template <class T>
void prefetch([[maybe_unused]] const T* values, [[maybe_unused]] Index size) {
#if defined(__GNUC__)
  constexpr Index kMost = 128;
  const Index count = std::min(size, kMost);
  for (Index j = 0; j < count; j += kLane<T>) __builtin_prefetch(values + j);
#endif
}

/// A row: values[j] is in column(j), for j < size. kLookahead is the number of rows whose products are computed
/// together; after a mistake the remaining ones are discarded.
template <class T>
struct DenseRow {
  using Value = T;
  static constexpr int kLookahead = 8;  // 4 is 1.1 times slower on 1797 x 64 values, 1.4 times on 20000 x 100

  const T* values;
  Index size;

  static DenseRow at(const Table<T>& table, std::int32_t r) { return {table.dense + r * table.columns, table.columns}; }
  Index column(Index j) const { return j; }
  // Saves a fifth of the time on 20000 x 100 and on 50000 x 20 values.
  void prefetch() const { perceptron::prefetch(values, size); }
};

/// A CSR row, with the interface of DenseRow. Columns may be in any order and may repeat.
template <class T>
struct CsrRow {
  using Value = T;
  static constexpr int kLookahead = 4;  // 8 is 1.1 to 1.3 times slower on 10000 rows of 100 of 1000 values

  const T* values;
  Index size;
  const std::int32_t* columns;

  static CsrRow at(const Table<T>& table, std::int32_t r) {
    const Index begin = table.indptr[r];
    return {table.values + begin, table.indptr[r + 1] - begin, table.indices + begin};
  }
  Index column(Index j) const { return columns[j]; }
  void prefetch() const {
    perceptron::prefetch(values, size);
    perceptron::prefetch(columns, size);
  }
};

/// Returns `sum` plus the products of row and w from position `begin` on, each computed in T and added in double.
template <class Row, class T>
double dot(const Row& row, const T* w, Index begin, double sum) {
  for (Index j = begin; j < row.size; ++j) sum += static_cast<double>(w[row.column(j)] * row.values[j]);
  return sum;
}

/// sums[b] = rows[b] . w. Each sum is a chain of dependent additions, so kLookahead of them take the time of one.
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
