// Threads and their barrier: the only file that names OpenMP.
#include "team.hpp"

#include <omp.h>

#include <cstdio>
#include <thread>

#if defined(__linux__)
#include <pthread.h>
#include <sched.h>
#endif
#if defined(__SSE__)
#include <immintrin.h>
#endif

namespace rosenblatt {
namespace {

void pause() {
#if defined(__SSE__)
  _mm_pause();
#endif
}

/// Flushes subnormals to zero on this thread while it lives.
class FlushSubnormals {
 public:
  FlushSubnormals(const FlushSubnormals&) = delete;
  FlushSubnormals& operator=(const FlushSubnormals&) = delete;
#if defined(__SSE__)
  FlushSubnormals() : saved_(_mm_getcsr()) { _mm_setcsr(saved_ | 0x8040); }  // FTZ and DAZ
  ~FlushSubnormals() { _mm_setcsr(saved_); }

 private:
  unsigned saved_;
#elif defined(__aarch64__)
  FlushSubnormals() {
    asm volatile("mrs %0, fpcr" : "=r"(saved_));
    asm volatile("msr fpcr, %0" ::"r"(saved_ | (std::uint64_t(1) << 24)));
  }
  ~FlushSubnormals() { asm volatile("msr fpcr, %0" ::"r"(saved_)); }

 private:
  std::uint64_t saved_;
#else
  FlushSubnormals() = default;
#endif
};

std::atomic<int> threads_in_use{0};
std::atomic<bool> forked{false};

#if defined(__linux__)
const int registered = pthread_atfork(nullptr, nullptr, [] {
  forked.store(true);
  threads_in_use.store(0);
});

int bound_processors() {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : omp_get_num_procs();
}

/// Whole processors in the cgroup's quota (version 2, else 1), at least 1; 0 without a quota.
int cgroup_quota() {
  long quota = -1, period = 0;
  if (std::FILE* file = std::fopen("/sys/fs/cgroup/cpu.max", "r")) {
    if (std::fscanf(file, "%ld %ld", &quota, &period) != 2) quota = -1;
    std::fclose(file);
  } else {
    const auto read = [](const char* path, long& value) {
      if (std::FILE* one = std::fopen(path, "r")) {
        if (std::fscanf(one, "%ld", &value) != 1) value = -1;
        std::fclose(one);
      }
    };
    read("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", quota);
    read("/sys/fs/cgroup/cpu/cpu.cfs_period_us", period);
  }
  if (quota <= 0 || period <= 0) return 0;
  return static_cast<int>(std::max(1L, (quota + period - 1) / period));
}
#else
int bound_processors() { return omp_get_num_procs(); }
int cgroup_quota() { return 0; }
#endif

}  // namespace

void Barrier::wait_for_change(unsigned phase) const {
  // About 20 microseconds, several times what a balanced phase keeps a thread waiting.
  for (int spin = 0; spin < 1000; ++spin) {
    if (phase_.load(std::memory_order_acquire) != phase) return;
    pause();
  }
  while (phase_.load(std::memory_order_acquire) == phase) std::this_thread::yield();
}

namespace team {

int limit() {
  if (forked.load()) return 1;
  static const int quota = cgroup_quota();
  const int processors = quota > 0 ? std::min(quota, bound_processors()) : bound_processors();
  return std::max(1, std::min(processors, omp_get_max_threads()));
}

int available() { return std::max(1, limit() - threads_in_use.load()); }

void run(int count, const std::function<void(Member)>& body) {
  if (forked.load()) count = 1;
  struct InUse {
    int threads;
    explicit InUse(int n) : threads(n) { threads_in_use += threads; }
    ~InUse() { threads_in_use -= threads; }
  } in_use(count);
  if (count == 1) {
    Barrier barrier(1);
    const FlushSubnormals flush;
    body({0, 1, barrier});
  } else {
    std::unique_ptr<Barrier> barrier;
#pragma omp parallel num_threads(count)
    {
#pragma omp single
      barrier = std::make_unique<Barrier>(omp_get_num_threads());
      const FlushSubnormals flush;
      body({omp_get_thread_num(), omp_get_num_threads(), *barrier});
    }
  }
}

}  // namespace team
}  // namespace rosenblatt
