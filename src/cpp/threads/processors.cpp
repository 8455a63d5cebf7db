// How many processors this process may use: the affinity, the quotas of cgroups, or an environment variable says it.
#include "threads/processors.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>

#if defined(__linux__)
#include <sched.h>
#endif

namespace rosenblatt {
namespace {

constexpr int kMany = 1 << 20;  // stands for "no bound"

int hardware() { return static_cast<int>(std::max(1U, std::thread::hardware_concurrency())); }

/// The number in the environment variable; 0 without it.
int forced() {
  static const int number = [] {
    const char* const text = std::getenv("ROSENBLATT_PROCESSORS");
    return text ? static_cast<int>(std::clamp(std::strtol(text, nullptr, 10), 0L, static_cast<long>(kMany))) : 0;
  }();
  return number;
}

#if defined(__linux__)

int affinity() {
  cpu_set_t set;  // too small for machines of more than 1024 processors, where the call fails
  return sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : hardware();
}

/// The number of processors that the quota in one cgroup's folder allows; the folder is of version 2 ("cpu.max": quota
/// and period) or of version 1.
double quota_of(const std::string& folder) {
  double quota = -1.0, period = 0.0;  // an unlimited quota is "max" in version 2, which does not parse, and -1 in 1
  std::ifstream both(folder + "/cpu.max");
  if (both) {
    both >> quota >> period;
  } else {
    std::ifstream(folder + "/cpu.cfs_quota_us") >> quota;
    std::ifstream(folder + "/cpu.cfs_period_us") >> period;
  }
  return quota > 0.0 && period > 0.0 ? quota / period : kMany;
}

/// The smallest quota of the process's cgroup and of those above it, rounded up. Folders on the way may be missing:
/// a container sees its own cgroup as the root, even if /proc names the path outside.
int quota() {
  double least = kMany;
  std::ifstream groups("/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {  // "number:controllers:path"; version 2 names no controllers
    const std::size_t first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = ',' + line.substr(first + 1, second - first - 1) + ',';
    if (controllers != ",," && controllers.find(",cpu,") == std::string::npos) continue;
    const std::string root = controllers == ",," ? "/sys/fs/cgroup" : "/sys/fs/cgroup/cpu";
    std::string folder = root + line.substr(second + 1);
    for (; folder.size() > root.size(); folder.erase(folder.rfind('/'))) least = std::min(least, quota_of(folder));
    least = std::min(least, quota_of(root));
  }
  return static_cast<int>(std::ceil(least));
}

#else
int affinity() { return hardware(); }
int quota() { return kMany; }
#endif

}  // namespace

int processors() {
  static const int by_quota = quota();
  return forced() > 0 ? forced() : std::max(1, std::min(affinity(), by_quota));
}

bool processors_are_forced() { return forced() > 0; }

}  // namespace rosenblatt
