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

/// Rows of one piece of a weight gradient, where a network has too few blocks of weights to share among threads but
/// many rows: the gradient is then cut in a fixed grid of blocks and pieces, and the pieces are added in order.
inline constexpr Index kPieceRows = 512;
inline Index gradient_pieces(Index blocks, Index rows) {
  return blocks < 64 && rows >= 2 * kPieceRows ? ceil_div(rows, kPieceRows) : 1;
}

/// Rows of one tile of a training pass: the rows divided evenly among threads, in as few tiles as stay near
/// `kTileRows`. Rows do not depend on each other here, so that this cut may know of threads.
inline constexpr Index kTileRows = 64;
inline Index tile_rows(Index rows, int threads) {
  const Index share = ceil_div(rows, threads);
  return ceil_div(share, ceil_div(share, kTileRows));
}

}  // namespace rosenblatt::plan
