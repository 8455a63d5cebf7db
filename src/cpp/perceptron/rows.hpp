// Rows of both storages behind one interface, and their products with the weights.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/types.hpp"
#include "perceptron/unfused.hpp"

namespace rosenblatt::perceptron {

/// Asks for the first values of a row that is soon needed: shuffled rows are scattered, and a long one the processor
/// streams by itself once it has begun (asking for all of 2000 values made fits 1.26 times slower).
template <class T>
void prefetch([[maybe_unused]] const T* values, [[maybe_unused]] Index size) {
#if defined(__GNUC__)
  constexpr Index kMost = 128;
  const Index count = std::min(size, kMost);
  for (Index j = 0; j < count; j += kLane<T>) __builtin_prefetch(values + j);
#endif
}

/// values[j] stands in column(j), for j < size. kLookahead: how many products are taken together, most of them in vain
/// where mistakes are frequent.
template <class T>
struct DenseRow {
  using Value = T;
  static constexpr int kLookahead = 8;  // 4: 1.1 times slower on 1797 rows of 64 values, 1.4 on 20000 of 100

  const T* values;
  Index size;

  static DenseRow at(const Table<T>& table, std::int32_t r) { return {table.dense + r * table.columns, table.columns}; }
  Index column(Index j) const { return j; }
  // Fits on 20000 rows of 100 values and on 50000 of 20 take 0.8 of the time without.
  void prefetch() const { perceptron::prefetch(values, size); }
};

/// As DenseRow. Columns may be in any order and may repeat.
template <class T>
struct CsrRow {
  using Value = T;
  static constexpr int kLookahead = 4;  // 8: 1.1 to 1.3 times slower on 10000 rows of 100 values among 1000

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
