// Sums over blocks of parameters in whole lanes.
#pragma once

#include <cmath>

#include "base/types.hpp"

namespace rosenblatt::reductions {

/// The sum of f(w) over a block: one sum for each place in a lane, then these in order. This vectorises, and the order
/// of the additions is fixed.
template <class T, class F>
double sum(const T* w, Index size, F f) {
  T sums[kLane<T>] = {};
  for (Index i = 0; i < size; i += kLane<T>)
    for (Index j = 0; j < kLane<T>; ++j) sums[j] += f(w[i + j]);
  double sum = 0.0;
  for (const T part : sums) sum += static_cast<double>(part);
  return sum;
}

/// The squared L2 norm and the L1 norm of a block.
template <class T>
double squared_norm(const T* w, Index size) {
  return sum(w, size, [](T x) { return x * x; });
}
template <class T>
double l1_norm(const T* w, Index size) {
  return sum(w, size, [](T x) { return std::abs(x); });
}

}  // namespace rosenblatt::reductions
