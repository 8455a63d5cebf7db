// How many processors this process may use.
#pragma once

namespace rosenblatt {

/// The least of the processors that the calling thread is bound to and the quotas of the process's cgroups, rounded
/// up; at least 1.
int processors();

/// Whether the environment variable ROSENBLATT_PROCESSORS says how many there are. It is for tests: they need threads
/// on any machine, and for work that is too little to share.
bool processors_are_forced();

}  // namespace rosenblatt
