// How work is partitioned: every choice of training that depends on shapes, in one place.
//
// What a result consists of is partitioned by shapes alone. The number of threads only decides which thread computes
// which part, so the same bits result from any number of them.
#pragma once

#include <algorithm>

#include "base/types.hpp"

namespace rosenblatt::partition {

/// Rows that pass through the network before their weight gradients are computed, at most: larger batches take several
/// passes, so that memory depends on the widths and not on the batch.
inline constexpr Index kPassRows = 4096;

/// Floating-point operations of an epoch below which a thread is not worth waking: some 40 microseconds of work. Epochs
/// on two threads compared with one: 8-16-16-1 with batch 200 and 600 rows (2.5e6) 0.9 times as fast, 2000 rows (8e6)
/// 1.2; 8-5-1 with 2000 rows (3e6) 1.1 to 1.2.
inline constexpr double kEpochWorthSharing = 3e6;

/// Operations of a step below which its barriers cost more than threads save: barriers after each layer where threads
/// share neurons, after each phase where they share rows. Epochs on two threads compared with one, by the operations of
/// a step: by layers, 8-50-50-50-1 with 8e5 0.85 times as fast, with 1.5e6 1.1; by rows, 8-5-1 with 3e5 1.3.
inline constexpr double kWorthBarriersOfLayers = 1e6, kWorthBarriersOfPhases = 1e5;

/// Rows of a pass that each thread has, at least: with fewer, reading the weights that other threads wrote takes longer
/// than the products. 100-256-256-1 on two threads: 0.8 times as fast as on one with batch 4, 1.4 with 16.
inline constexpr Index kThreadRows = 8;

/// The number of pieces into which the rows of a batch are partitioned, each of which yields a gradient of its own
/// while its activations are in cache; these gradients are added in order. Threads then exchange gradients instead of
/// activations, and a network of few blocks of weights still has work for all threads.
///
/// The number is 1 where gradients are so large that this costs more than it saves: threads then share the neurons of
/// each layer, over all rows. `neurons` is the sum of all widths. 8-50-50-50-1 with batch 200 in float32 on two
/// threads: 3.4 ms an epoch of 11610 rows with pieces of 100 rows, 4.2 to 10 ms with shared neurons. The number is
/// even, or one of two threads would wait while the other takes the last piece.
inline Index gradient_pieces(Index parameters, Index neurons, Index rows) {
  constexpr Index kPieceRows = 100, kMostPieces = 64;
  const Index pieces = std::min(kMostPieces, rows <= kPieceRows ? 1 : 2 * ceil_div(rows, 2 * kPieceRows));
  return pieces * parameters <= 2 * rows * neurons ? pieces : 1;
}

/// Whether deltas are multiplied by the weights themselves instead of a transposed copy: for a single row, transposing
/// takes longer than the product. 8-50-50-50-1 takes 0.88 of the time with batch 1, 1.06 with batch 4.
inline bool untransposed(Index batch_rows) { return batch_rows == 1; }

/// Rows of a tile of a training pass: the rows divided evenly among threads, in as few tiles as have at most
/// `kTileRows`. Rows do not depend on each other in phase 1, so this partition may depend on the number of threads.
/// With batch 200, tiles of 100 rows take 0.9 to 0.97 of the time of tiles of 50 rows.
inline constexpr Index kTileRows = 128;
inline Index tile_rows(Index rows, int threads) {
  const Index share = ceil_div(rows, threads);
  return ceil_div(share, ceil_div(share, kTileRows));
}

/// The units in which threads share the neurons of a layer: rows of a tile by panels of neurons. A tile reads the
/// weights anew, so a few rows stay together; more rows make at least two tiles, for an even share of few panels.
/// Several panels in a row find a large tile in the second-level cache.
struct LayerUnits {
  Index rows, panels;
};
inline LayerUnits layer_units(Index rows, Index panels, int threads) {
  constexpr Index kFewRows = 64, kMostPanels = 4;
  const Index size = tile_rows(rows, rows < kFewRows ? 1 : 2);
  return {size, size == rows ? 1 : std::clamp<Index>(panels / (2 * threads), 1, kMostPanels)};
}

}  // namespace rosenblatt::partition
