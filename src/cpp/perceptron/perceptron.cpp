// Rosenblatt's perceptron (1958, Psychological Review 65(6)): shares the two-class problems among threads.
//
// binary_fit.hpp solves one problem. To produce scikit-learn's bits, every operation has scikit-learn's order and
// precision: products are computed in type T and summed one by one in double, without fused multiply-add. The casts
// are therefore part of the result.
#include "perceptron/perceptron.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <thread>

#if defined(__unix__)
#include <unistd.h>
#endif

#include "perceptron/binary_fit.hpp"

namespace rosenblatt::perceptron {
namespace {

#if defined(__unix__)
// The process, which a callback may fork: the child has only the thread that forked.
pid_t process() { return getpid(); }
#else
int process() { return 0; }
#endif

// Threads that are joined when they go out of scope. A team (threads/team.hpp) does not serve here: its threads flush
// subnormal numbers to zero and must not throw, and these call Python.
class Workers {
 public:
  Workers() = default;
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  ~Workers() {
    for (std::thread& thread : threads_) forked() ? thread.detach() : thread.join();
  }

  // Whether this is a forked child, which does not have these threads.
  bool forked() const { return process() != process_; }

  // Returns the number of threads that it started, which may be smaller than count if the system has no more.
  template <class Work>
  std::size_t start(std::size_t count, const Work& work) {
    threads_.reserve(count);
    try {
      while (threads_.size() < count) threads_.emplace_back(work);
    } catch (const std::system_error&) {
      return threads_.size();
    }
    return count;
  }

 private:
  const decltype(process()) process_ = process();
  std::vector<std::thread> threads_;
};

template <class Row, class T = typename Row::Value>
bool fit_rows(const Table<T>& table, const RowData<T>& row_data, const Options& options,
              std::vector<Problem<T>>& problems, int n_threads, const Hooks& hooks) {
  std::vector<Outcome> outcomes(problems.size(), Outcome::fitted);
  std::vector<std::exception_ptr> errors(problems.size());
  std::atomic<std::size_t> next{0};
  std::atomic<bool> stop{false}, failed{false};

  // Problems start in the order of their index, and none after a failure. So the failure of lowest index is always
  // seen.
  const auto work_through = [&](Watch& watch) {
    while (!stop && !failed) {
      const std::size_t i = next++;
      if (i >= problems.size()) return;
      try {
        outcomes[i] = BinaryFit<Row>(table, row_data, options, i, problems[i], hooks, watch).run();
      } catch (...) {
        errors[i] = std::current_exception();
      }
      if (errors[i] || outcomes[i] == Outcome::overflowed) failed = true;
    }
  };

  Watch watch(stop, hooks.interrupted);
  if (n_threads > 1 && problems.size() > 1) {
    std::mutex mutex;
    std::condition_variable done;
    std::size_t n_done = 0;
    Workers workers;
    const std::size_t n_workers =
        workers.start(std::min(static_cast<std::size_t>(n_threads), problems.size()) - 1, [&] {
          Watch flag(stop);
          work_through(flag);
          const std::lock_guard<std::mutex> lock(mutex);
          ++n_done;
          done.notify_one();
        });
    work_through(watch);
    if (workers.forked())
      throw std::runtime_error(
          "a callback forked this process while several threads were fitting; n_threads=1 allows it");
    std::unique_lock<std::mutex> lock(mutex);
    while (!done.wait_for(lock, std::chrono::milliseconds(50), [&] { return n_done == n_workers; })) {
      lock.unlock();
      watch.stopped();
      lock.lock();
    }
  } else {
    work_through(watch);
  }

  if (stop) return false;
  for (std::size_t i = 0; i < problems.size(); ++i) {
    if (errors[i]) std::rethrow_exception(errors[i]);
    if (outcomes[i] == Outcome::overflowed) {
      throw std::domain_error("Floating-point under-/overflow occurred at epoch #" +
                              std::to_string(problems[i].n_iter) +
                              ". Scaling input data with StandardScaler or MinMaxScaler might help.");
    }
  }
  return true;
}

}  // namespace

template <class T>
bool fit(const Table<T>& table, const RowData<T>& row_data, const Options& options, std::vector<Problem<T>>& problems,
         int n_threads, const Hooks& hooks) {
  const auto fit_stored = table.sparse() ? fit_rows<CsrRow<T>> : fit_rows<DenseRow<T>>;
  return fit_stored(table, row_data, options, problems, n_threads, hooks);
}

#define ROSENBLATT_INSTANTIATE(T) \
  template bool fit(const Table<T>&, const RowData<T>&, const Options&, std::vector<Problem<T>>&, int, const Hooks&);
ROSENBLATT_INSTANTIATE(float)
ROSENBLATT_INSTANTIATE(double)
#undef ROSENBLATT_INSTANTIATE

}  // namespace rosenblatt::perceptron
