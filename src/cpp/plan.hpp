// How work is cut: every choice that depends on shapes, in one place.
//
// What a result is made of is cut by shapes alone; the number of threads only decides who computes which piece, so the
// same bits come out for any number of them.
#pragma once

#include "team.hpp"
#include "types.hpp"

namespace rosenblatt::plan {

/// Rows of one tile of a prediction: a few tiles' activations fit the second-level cache up to about 1000 neurons.
inline constexpr Index kPredictRows = 48;

/// Rows up to which a prediction reads row-major weights as they are: packing them into panels costs about as much as
/// 10 rows' products.
inline constexpr Index kDirectRows = 8;

/// Rows that pass through the network before their weight gradients are taken, at most: larger batches go in several
/// passes, so that memory depends on the widths and not on the batch.
inline constexpr Index kPassRows = 4096;

/// Floating-point operations below which a second thread costs more than it saves: some 30 microseconds of work.
inline constexpr double kWorthSharing = 2e6;

/// Threads that may be asked for: OpenMP runtimes end the process where the system refuses them one.
inline constexpr int kMostThreads = 256;

/// Threads that work space is needed for; `requested` 0 leaves the choice open.
inline int most_threads(int requested) { return requested > 0 ? std::min(requested, kMostThreads) : team::limit(); }

/// Threads for pieces of work of so many floating-point operations together; `requested` 0 leaves the choice open.
inline int threads(int requested, double operations, Index pieces) {
  if (requested > 0) return static_cast<int>(std::max<Index>(1, std::min<Index>(most_threads(requested), pieces)));
  if (operations < kWorthSharing || pieces < 2) return 1;
  return static_cast<int>(std::min<Index>(team::available(), pieces));
}

/// Threads for the products of a single row: only as many as are asked for, and as have a quarter of a megabyte of
/// weights each, since several cores' second-level caches together hold more and yield it faster. 784-300-100-10 in
/// float32 takes 8.6 us on two threads and 13.4 on one; but 4 ms if the second has fallen asleep, so that nobody gets
/// two unasked.
inline int row_threads(int requested, Index weight_bytes) {
  constexpr Index kBytesEach = Index(1) << 18;
  const Index most = std::min<Index>(most_threads(std::max(requested, 1)), weight_bytes / kBytesEach);
  return static_cast<int>(std::max<Index>(most, 1));
}

/// How the rows of a batch are cut for the weight gradients of a small network: each piece of rows yields its own
/// gradient while its activations are in cache, and these are added in order. Between two cores' caches then travel
/// gradients instead of activations, and a network of few blocks of weights still has work for all threads.
///
/// Returns the number of pieces, or 1 where larger gradients would cost more than they save: then threads share blocks
/// of weights, each over all rows. `neurons` is the sum of all layers' widths. 8-50-50-50-1 with batch 200 in float32
/// on two threads whose caches are 100 to 500 ns apart: 3.4 ms an epoch of 11610 rows with pieces of 100 rows, 3.9
/// to 5.4 with pieces of 64, 4.2 to 10 with shared blocks.
inline Index gradient_pieces(Index weights, Index neurons, Index rows) {
  constexpr Index kPieceRows = 100, kMostPieces = 64;
  const Index pieces = std::min(kMostPieces, ceil_div(rows, kPieceRows));
  return pieces * weights <= 2 * rows * neurons ? pieces : 1;
}

/// Rows of one tile of a training pass: the rows divided evenly among threads, in as few tiles as have at most
/// `kTileRows`. Rows do not depend on each other here, so that this cut may know of threads. With batch 200, tiles of
/// 100 rows take 0.9 to 0.97 of the time that tiles of 50 rows take (8-50-50-50-1, 300-100, 256-256-256).
inline constexpr Index kTileRows = 128;
inline Index tile_rows(Index rows, int threads) {
  const Index share = ceil_div(rows, threads);
  return ceil_div(share, ceil_div(share, kTileRows));
}

}  // namespace rosenblatt::plan
