// Teams: a function runs on the calling thread and on others of the process's pool.
//
// A team never waits for a thread that has not arrived. The calling thread begins alone; others become members as they
// arrive. A thread that arrives late, because its processor is busy with another program or with the spinning threads
// of a BLAS library, finds less work or none. After members lost time to a preempted thread, the process backs off
// (back_off.hpp).
#pragma once

#include <functional>

#include "threads/member.hpp"

namespace rosenblatt::team {

/// The number of threads that this process may use: the smaller of OpenMP's maximum (OMP_NUM_THREADS, threadpoolctl,
/// joblib's inner limits) and the number of processors that it may use.
int limit();

/// `limit()` less the threads that other teams of this process are using now, and at least 1.
int available();

/// Runs body on the calling thread and on up to `count` - 1 others; on fewer if the process has no processors for them.
/// Flushes subnormal numbers to zero, since in optimizer state they slow a step a hundredfold. The body must not throw
/// unless `count` is 1.
void run(int count, const std::function<void(Member)>& body);

}  // namespace rosenblatt::team
