// A thread's place in a team.
#pragma once

#include "threads/barrier.hpp"

namespace rosenblatt::team {

/// One thread's place in a team. `count` is the largest number of members that the team may get; work must be handed
/// out so that any smaller number of members does all of it.
struct Member {
  int index, count;  // the calling thread has index 0
  Barrier& barrier;
};

}  // namespace rosenblatt::team
