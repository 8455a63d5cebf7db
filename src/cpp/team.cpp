// Teams of threads: a pool of workers, and the barrier. The only file that names OpenMP.
//
// OpenMP is asked how many threads there may be, but does not provide them: its parallel region ends only when all its
// threads have come and gone, so that a neighbour on one of two processors made training three times as slow as on the
// other alone; its idle threads spin; and they hang in a forked child. Epochs of 8-50-50-50-1, batch 200, a second on
// two threads of two processors, with OpenMP's and with these (one thread: 204): undisturbed 346 and 350, beside a
// spinning neighbour on one processor 79 to 115 and 173, four such processes together 171 to 258 and 388 (on one thread
// each: 398). Predictions of 20000 rows, four processes together: 237 and 660.
#include "team.hpp"

#include <omp.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>

#include "processors.hpp"

#if defined(__linux__)
#include <linux/futex.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif
#if defined(__SSE__)
#include <immintrin.h>
#endif

namespace rosenblatt {
namespace {

using Word = std::atomic<std::uint32_t>;

// C++20 has these two as Word::wait and Word::notify_all.
#if defined(__linux__)
/// Sleeps while the word has this value; may wake up early.
void sleep_while(const Word& word, std::uint32_t value) {
  syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, value, nullptr);
}
void wake_sleepers(const Word& word) { syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, std::numeric_limits<int>::max()); }
#else
void sleep_while(const Word&, std::uint32_t) { std::this_thread::yield(); }
void wake_sleepers(const Word&) {}
#endif

std::int64_t now() {  // in nanoseconds
  return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

void pause() {
#if defined(__SSE__)
  _mm_pause();
#endif
}

/// Until when this process's teams do without further threads, because its processors are shared with others, and how
/// long in all.
std::atomic<std::int64_t> crowded_until{0}, crowded_for{0};

bool crowded() { return crowded_until.load(std::memory_order_relaxed) > now(); }

/// Has teams do without further threads for four times as long as was lost by having them, and for twice as long as
/// the last time if that is not long ago: a passing disturbance costs little, and beside a program that keeps a
/// processor busy for good, finding out whether it still does costs a twentieth.
void crowd(std::int64_t lost) {
  constexpr std::int64_t kMost = 64000000;  // ns
  const std::int64_t time = now(), until = crowded_until, last = crowded_for;
  const bool again = until <= time && time < until + last;
  const std::int64_t pause = std::min(kMost, std::max(4 * lost, again ? 2 * last : 0));
  if (time + pause <= until) return;
  crowded_until = time + pause;
  crowded_for = pause;
}

/// Waits until the condition is true; returns whether it came true before it is time to sleep. First a spin of some 20
/// microseconds, several times what a balanced phase keeps a thread waiting. Then 100 microseconds in which others may
/// have the processor: longer than a thread takes to wake up, or else of two threads with short phases one would always
/// sleep when the other comes (8-50-50-50-1, batch 32: a quarter of the speed).
template <class Condition>
bool wait_awake(Condition&& condition) {
  constexpr std::int64_t kPatience = 100000, kTaken = 30000;  // ns
  for (int i = 0; i < 1000; ++i) {
    if (condition()) return true;
    pause();
  }
  const std::int64_t begin = now();
  for (std::int64_t before = begin; before < begin + kPatience;) {
    if (condition()) return true;
    std::this_thread::yield();
    const std::int64_t after = now();
    if (after - before > kTaken) crowd(after - before);  // another thread took the processor: there is one too many
    before = after;
  }
  return false;
}

/// How often the calling thread has lost its processor to another.
long preemptions() {
#if defined(__linux__)
  rusage usage;
  return getrusage(RUSAGE_THREAD, &usage) == 0 ? usage.ru_nivcsw : 0;
#else
  return 0;
#endif
}
thread_local long preemptions_seen = 0;

/// To be called by a thread for which others have slept since then: perhaps because it was kept from its work, perhaps
/// only because it had more to do.
void came_late(std::int64_t since) {
  constexpr std::int64_t kLate = 200000;  // ns
  const std::int64_t waited = now() - since;
  if (waited < kLate) return;
  const long count = preemptions();
  if (count != preemptions_seen) crowd(waited);
  preemptions_seen = count;
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

/// Whether this thread has left its team before the end of the work.
thread_local bool on_leave = false;

/// A thread of the pool. It sleeps until a team's caller posts its job, and does that unless the caller has taken it
/// back by then.
class Worker {
 public:
  struct Job {
    const std::function<void(team::Member)>& body;
    const int most_members;
    Barrier barrier{most_members};
  };

  /// For the caller that has it from the pool. Throws std::system_error if the system has no thread.
  void start() {
    std::thread([this] { work(); }).detach();
  }

  void post(Job& job, int index) {
    job_ = &job;
    index_ = index;
    if (state_.exchange(kPosted, std::memory_order_release) == kAsleep) wake_sleepers(state_);
  }

  /// Returns once the worker will not touch the posted job any more.
  void take_back() {
    const auto idle = [&] {
      const std::uint32_t state = state_.load(std::memory_order_acquire);
      return state == kIdle || state == kAsleep || (state == kPosted && change(kPosted, kIdle));
    };
    if (wait_awake(idle)) return;
    awaited_since_.store(now(), std::memory_order_relaxed);
    while (!idle()) {
      change(kBusy, kAwaited);
      sleep_while(state_, kAwaited);
    }
  }

 private:
  enum State : std::uint32_t { kIdle, kAsleep, kPosted, kBusy, kAwaited };

  bool change(std::uint32_t from, State to) {
    return state_.compare_exchange_strong(from, to, std::memory_order_acq_rel, std::memory_order_relaxed);
  }

  void work() {
    const FlushSubnormals flush;
    for (;;) {
      wait_for_job();
      if (!change(kPosted, kBusy)) continue;
      elsewhere_.release();
      preemptions_seen = preemptions();
      on_leave = !wait_awake([&] { return job_->barrier.join(); });
      if (!on_leave) job_->body({index_, job_->most_members, job_->barrier});
      if (on_leave && change(kBusy, kPosted)) {
        std::this_thread::sleep_for(std::chrono::nanoseconds(std::max<std::int64_t>(50000, crowded_until - now())));
      } else if (state_.exchange(kIdle, std::memory_order_acq_rel) == kAwaited) {
        came_late(awaited_since_.load(std::memory_order_relaxed));
        wake_sleepers(state_);
      }
    }
  }

  void wait_for_job() {
    const auto posted = [&] { return state_.load(std::memory_order_relaxed) == kPosted; };
    if (wait_awake(posted)) return;
    while (!posted()) {
      change(kIdle, kAsleep);  // in the loop: the job may have been taken back
      sleep_while(state_, kAsleep);
    }
  }

  alignas(64) Word state_{kAsleep};
  std::thread::native_handle_type handle_{};
  Elsewhere elsewhere_;
  Job* job_ = nullptr;
  int index_ = 0;
  std::atomic<std::int64_t> awaited_since_{0};
};

/// The workers of this process, and how many threads are in teams.
class Pool {
 public:
  /// Is never destroyed, since its threads sleep until the process ends. A forked child, which has none of its
  /// parent's threads, begins with a new one.
  static Pool& instance() {
    static Pool* pool = new Pool;
#if defined(__linux__)
    static const int registered = pthread_atfork(nullptr, nullptr, [] { pool = new Pool; });
    (void)registered;
#endif
    return *pool;
  }

  int at_work() const { return at_work_.load(std::memory_order_relaxed); }

  /// Counts the caller among the threads in teams, and gets it up to `count` workers, as far as there are processors.
  std::vector<Worker*> recruit(int count) {
    at_work_ += 1;
    std::vector<Worker*> recruits;
    if (count < 1 || crowded()) return recruits;
    const std::lock_guard<std::mutex> lock(mutex_);
    for (const int free = processors() - at_work_; static_cast<int>(recruits.size()) < std::min(count, free);) {
      if (idle_.empty() && !hire()) break;
      recruits.push_back(idle_.back());
      idle_.pop_back();
    }
    at_work_ += static_cast<int>(recruits.size());
    return recruits;
  }

  void release(const std::vector<Worker*>& recruits) {
    at_work_ -= 1 + static_cast<int>(recruits.size());
    if (recruits.empty()) return;
    const std::lock_guard<std::mutex> lock(mutex_);
    idle_.insert(idle_.end(), recruits.begin(), recruits.end());
  }

 private:
  bool hire() {
    auto worker = std::make_unique<Worker>();
    try {
      worker->start();
    } catch (const std::system_error&) {
      return false;
    }
    idle_.push_back(worker.release());
    return true;
  }

  std::mutex mutex_;
  std::vector<Worker*> idle_;
  std::atomic<int> at_work_{0};
};

}  // namespace

bool Barrier::join() {
  std::uint32_t state = state_.load(std::memory_order_relaxed);
  while (state & kOpen)
    if (state_.compare_exchange_weak(state, state + kMember, std::memory_order_acquire)) return true;
  return false;
}

bool Barrier::leave_if_crowded() {
  on_leave = crowded();
  if (on_leave) let_pass(state_.fetch_sub(kMember, std::memory_order_acq_rel) - kMember);
  return on_leave;
}

/// Ends the phase if all members have arrived, as this state says, and none joins meanwhile.
bool Barrier::let_pass(std::uint32_t state) {
  while (arrivals(state) == members(state)) {
    const std::uint32_t next = members(state) * kMember + (state / kPhase + 1) * kPhase;
    if (!state_.compare_exchange_weak(state, next, std::memory_order_acq_rel)) continue;
    if (state & kAsleep) {
      came_late(asleep_since_.load(std::memory_order_relaxed));
      wake_sleepers(state_);
    }
    return true;
  }
  return false;
}

void Barrier::wait_for_all() {
  std::uint32_t state = state_.fetch_add(kArrival, std::memory_order_acq_rel) + kArrival;
  if (let_pass(state)) return;
  const std::uint32_t phase = state / kPhase;
  const auto passed = [&] { return state_.load(std::memory_order_acquire) / kPhase != phase; };
  if (wait_awake(passed)) return;
  asleep_since_.store(now(), std::memory_order_relaxed);
  while (!passed()) {
    state = state_.load(std::memory_order_relaxed);
    if (state / kPhase != phase) continue;
    if (state & kAsleep || state_.compare_exchange_weak(state, state | kAsleep, std::memory_order_release))
      sleep_while(state_, state | kAsleep);
  }
}

namespace team {

int limit() { return std::max(1, std::min(processors(), omp_get_max_threads())); }

int available() { return std::max(1, limit() - Pool::instance().at_work()); }

void run(int count, const std::function<void(Member)>& body) {
  struct Recruits {
    explicit Recruits(int n) : workers(Pool::instance().recruit(n)) {}
    ~Recruits() { Pool::instance().release(workers); }
    const std::vector<Worker*> workers;
  } recruits(count - 1);
  const FlushSubnormals flush;
  Worker::Job job{body, 1 + static_cast<int>(recruits.workers.size())};
  if (job.most_members > 1) preemptions_seen = preemptions();
  for (int i = 1; i < job.most_members; ++i) recruits.workers[static_cast<std::size_t>(i - 1)]->post(job, i);
  body({0, job.most_members, job.barrier});
  job.barrier.close();
  for (Worker* worker : recruits.workers) worker->take_back();
}

}  // namespace team
}  // namespace rosenblatt
