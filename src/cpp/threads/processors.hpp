// How many processors this process may use.
#pragma once

namespace rosenblatt {

/// The smaller of the number of processors that the calling thread may run on and the quotas of the process's cgroups,
/// rounded up; at least 1. The environment variable ROSENBLATT_PROCESSORS overrides both.
int processors();

/// Whether ROSENBLATT_PROCESSORS is set. Tests set it, since they need threads on a machine of any size, and for work
/// that is not worth waking a thread.
bool processors_are_forced();

}  // namespace rosenblatt
