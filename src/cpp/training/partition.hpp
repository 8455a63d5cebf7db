// How work is cut: every choice that depends on shapes, in one place.
//
// What a result is made of is cut by shapes alone; the number of threads only decides who computes which piece, so the
// same bits come out for any number of them.
#pragma once

#include "threads/processors.hpp"
#include "threads/team.hpp"
#include "base/types.hpp"

namespace rosenblatt::plan {

/// Rows of one tile of a prediction: a few tiles' activations fit the second-level cache up to about 1000 neurons.
inline constexpr Index kPredictRows = 48;

/// Rows up to which a prediction reads row-major weights as they are: packing them into panels costs about as much as
/// 10 rows' products.
inline constexpr Index kDirectRows = 8;

/// Rows that pass through the network before their weight gradients are taken, at most: larger batches go in several
/// passes, so that memory depends on the widths and not on the batch.
inline constexpr Index kPassRows = 4096;

/// Floating-point operations of an epoch below which it is not worth a thread's waking: some 40 microseconds of work.
/// Epochs on two threads beside one, one after the other in a fit: 8-16-16-1 with batch 200 and 600 rows (2.5e6) 0.9
/// times as fast, 2000 rows (8e6) 1.2; 8-5-1 with 2000 rows (3e6) 1.1 to 1.2, 4-10-1 with as many 0.9.
inline constexpr double kEpochWorthWaking = 3e6;

/// The same of a prediction, which may be the only one for a while, so that other threads are fast asleep. 8-50-50-50-1
/// on two threads beside one, a call each millisecond: 190 rows (3e6) 0.7 times as fast, 300 (4.8e6) 0.9, 400 (6.3e6)
/// 1.0, 500 (7.9e6) 1.1, 1000 1.3; one call after the other 1.5 to 1.7 for all of these.
inline constexpr double kPredictionWorthWaking = 6e6;

/// Operations of a training step below which it is not worth the barriers: those after each layer, where threads share
/// neurons, or those after each phase, where they share rows. Epochs on two threads beside one, by a step's operations:
/// layer by layer, 8-50-50-50-1 with batch 16 (8e5) 0.85 times as fast, 32 (1.5e6) 1.1, 20-100-100-5 with batch 32
/// (3e6) 1.3, 30-128-4 with batch 16 (6e5) 1.0, 32 (1e6) 1.1, 8-32-32-1 with batch 64 (7e5) 0.9; by rows, 8-5-1 with
/// batch 200 (3e5) 1.3, 8-32-32-1 with batch 101 (1e6) 1.3.
inline constexpr double kWorthBarriersOfLayers = 1e6, kWorthBarriersOfPhases = 1e5;

/// Rows that each thread has in a training pass, at least: with fewer, reading the weights that the other threads have
/// written takes longer than the products. 100-256-256-1 on two threads: 0.8 times as fast as on one with batch 4, 1.4
/// with 16.
inline constexpr Index kThreadRows = 8;

/// Threads that may be asked for: a barrier counts them in 10 bits.
inline constexpr int kMostThreads = 256;

/// Threads that work space is needed for; `requested` 0 leaves the choice open.
inline int most_threads(int requested) { return requested > 0 ? std::min(requested, kMostThreads) : team::limit(); }

/// Threads for a call whose work comes in so many pieces: at most as many as are requested (0: as are free), and one
/// where sharing it would not pay.
inline int threads(int requested, Index pieces, bool worth_sharing) {
  if (pieces < 2 || !(worth_sharing || (requested > 0 && processors_are_forced()))) return 1;
  return static_cast<int>(std::min<Index>(requested > 0 ? most_threads(requested) : team::available(), pieces));
}

/// Inputs of a block of weights, whole panels of them, whose gradient, weights and state are in the first-level cache
/// together. Against 16: 8-50-50-50-1 with batch 1 takes 0.93 of the time, 784-300-100-10 with batch 32 0.97 to 0.98,
/// others the same.
inline constexpr Index kBlockInputs = 64;

/// How the rows of a batch are cut for the weight gradients of a small network: each piece of rows yields its own
/// gradient while its activations are in cache, and these are added in order. Between two cores' caches then travel
/// gradients instead of activations, and a network of few blocks of weights still has work for all threads.
///
/// Returns the number of pieces, or 1 where larger gradients would cost more than they save: then threads share the
/// neurons of each layer, over all rows. `neurons` is the sum of all layers' widths. 8-50-50-50-1 with batch 200 in
/// float32 on two threads whose caches are 100 to 500 ns apart: 3.4 ms an epoch of 11610 rows with pieces of 100
/// rows, 3.9 to 5.4 with pieces of 64, 4.2 to 10 with shared blocks.
inline Index gradient_pieces(Index weights, Index neurons, Index rows) {
  constexpr Index kPieceRows = 100, kMostPieces = 64;
  const Index pieces = std::min(kMostPieces, ceil_div(rows, kPieceRows));
  return pieces * weights <= 2 * rows * neurons ? pieces : 1;
}

/// Whether the deltas of a batch are taken through the weights as they are: those of a single row, beside which
/// transposing would take longer than the products. 8-50-50-50-1 takes 0.88 of the time so with batch 1, 1.06 with 4.
inline bool untransposed(Index batch_rows) { return batch_rows == 1; }

/// Rows of one tile of a training pass: the rows divided evenly among threads, in as few tiles as have at most
/// `kTileRows`. Rows do not depend on each other here, so that this cut may know of threads. With batch 200, tiles of
/// 100 rows take 0.9 to 0.97 of the time that tiles of 50 rows take (8-50-50-50-1, 300-100, 256-256-256).
inline constexpr Index kTileRows = 128;
inline Index tile_rows(Index rows, int threads) {
  const Index share = ceil_div(rows, threads);
  return ceil_div(share, ceil_div(share, kTileRows));
}

/// Where threads share the neurons of a layer: the rows of one tile, and how many panels of neurons one thread takes at
/// once for it. A few rows stay together, since each tile reads the weights anew; of more there are at least two tiles,
/// for an even share of few panels. Several panels in a row find a large tile in the second-level cache.
struct LayerCut {
  Index rows, panels;
};
inline LayerCut layer_cut(Index rows, Index panels, int threads) {
  constexpr Index kFewRows = 64, kMostPanels = 4;
  const Index size = tile_rows(rows, rows < kFewRows ? 1 : 2);
  return {size, size == rows ? 1 : std::clamp<Index>(panels / (2 * threads), 1, kMostPanels)};
}

}  // namespace rosenblatt::plan
