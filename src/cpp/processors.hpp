// How many processors this process may use.
#pragma once

namespace rosenblatt {

/// The least of the processors that the calling thread is bound to and the quotas of the process's cgroups, rounded
/// up; at least 1. The environment variable ROSENBLATT_PROCESSORS overrides it, for tests of more threads than the
/// machine has processors.
int processors();

}  // namespace rosenblatt
