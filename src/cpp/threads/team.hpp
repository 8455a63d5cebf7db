// Teams: a function runs on the calling thread and on others of the process's pool.
//
// A team never waits for a thread that has not arrived. The calling thread begins alone; others become members as they
// arrive. A thread that arrives late, because its processor is busy with another program or with the spinning threads
// of a BLAS library, finds less work or none. After members lost time to a preempted thread, the process backs off
// (back_off.hpp).
#pragma once

#include <functional>

#include "base/api.hpp"
#include "threads/member.hpp"
#include "threads/subnormals.hpp"

namespace rosenblatt::team {

/// The number of threads that this process may use: the smaller of OpenMP's maximum (OMP_NUM_THREADS, threadpoolctl,
/// joblib's inner limits) and the number of processors that it may use.
ROSENBLATT_API int limit();

/// `limit()` less the threads that other teams of this process are using now, and at least 1.
int available();

/// Runs body on the calling thread and on up to `count` - 1 others; on fewer if the process has no processors for them.
/// All of them have this mode for subnormal numbers. The body must not throw unless `count` is 1.
ROSENBLATT_API void run(int count, Subnormals subnormals, const std::function<void(Member)>& body);

/// How often the calling thread has been forked while it ran a team of several threads. The forked child, which has
/// none of the others, goes on as the only member of the team. It lacks the pieces of work that others had in hand.
ROSENBLATT_API unsigned forks();

}  // namespace rosenblatt::team
