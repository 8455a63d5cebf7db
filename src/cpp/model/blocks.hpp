// Blocks of parameters that are vectors, one number for each neuron: scales and slopes.
#pragma once

#include "kernels/dense.hpp"
#include "model/layer.hpp"

namespace rosenblatt {

/// The block of one panel of a vector that starts at `start` in the flat buffers, [panels][lane].
template <class T>
Block vector_block(Index layer, ParameterKind kind, Index panel, Index columns, Index start) {
  constexpr Index L = kLane<T>;
  return {layer, kind, panel, 0, 1, columns, start + panel * L, L, 0};
}

/// gradient [lane] <- the column sums of `terms` [rows][lane]; with `add`, plus what `gradient` holds.
template <class T>
void vector_gradient(const Block& block, const T* terms, Index rows, bool add, T* gradient) {
  if (!add && block.columns < kLane<T>) std::fill_n(gradient, kLane<T>, T(0));
  dense::bias_gradient(terms, rows, block.columns, add, gradient);
}

}  // namespace rosenblatt
