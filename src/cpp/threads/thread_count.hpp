// How many threads a call uses.
#pragma once

#include <algorithm>

#include "base/types.hpp"
#include "threads/processors.hpp"
#include "threads/team.hpp"

namespace rosenblatt {

/// Threads that may be asked for: a barrier counts them in 10 bits.
inline constexpr int kMostThreads = 256;

/// The most threads that a call may use; `requested` 0 leaves the choice open.
inline int most_threads(int requested) { return requested > 0 ? std::min(requested, kMostThreads) : team::limit(); }

/// Threads for a call whose work consists of `pieces`: at most as many as are requested (0: as are free), and one where
/// sharing it costs more than it saves.
inline int thread_count(int requested, Index pieces, bool worth_sharing) {
  if (pieces < 2 || !(worth_sharing || (requested > 0 && processors_are_forced()))) return 1;
  return static_cast<int>(std::min<Index>(requested > 0 ? most_threads(requested) : team::available(), pieces));
}

}  // namespace rosenblatt
