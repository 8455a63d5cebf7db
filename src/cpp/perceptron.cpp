// The perceptron's learning rule: every operation in scikit-learn's order and precision, so that the bits agree.
//
// Rosenblatt (1958), The perceptron, Psychological Review 65(6). The lazily scaled weights of the l2 penalty are those
// of Shalev-Shwartz, Singer and Srebro (2007), Pegasos, ICML; the l1 penalty is the cumulative truncated gradient of
// Tsuruoka, Tsujii and Ananiadou (2009), Stochastic gradient descent training for L1-regularized log-linear models,
// ACL.
//
// CMakeLists.txt compiles this file without fused multiply-add. Values of type T multiply in T, and sums run over the
// features one by one in double; the casts below are part of the result.
#include "perceptron.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstdio>
#include <exception>
#include <limits>
#include <mutex>
#include <numeric>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

namespace rosenblatt::perceptron {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::chrono::milliseconds kPollInterval(50);

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

template <class... Values>
std::string format(const char* pattern, Values... values) {
  char line[512];
  std::snprintf(line, sizeof line, pattern, values...);
  return line;
}

// Rows: one interface for both storages.

template <class T>
struct DenseRow {
  static constexpr int kLookahead = 8;
  // Rows taken together after a mistake. Products in vain hide behind one another: fewer made digits a third slower.
  static constexpr int kAfterMistake = 8;
  const T* values;
  std::ptrdiff_t size;
  std::ptrdiff_t column(std::ptrdiff_t j) const { return j; }
};

template <class T>
struct CsrRow {
  static constexpr int kLookahead = 4;
  // Gathered products in vain are dear: taking 4 always made fits on 10000 rows of 100 values 1.2 to 1.8 times slower.
  static constexpr int kAfterMistake = 1;
  const T* values;
  std::ptrdiff_t size;
  const std::int32_t* columns;
  std::ptrdiff_t column(std::ptrdiff_t j) const { return columns[j]; }
};

template <class T>
DenseRow<T> row_at(const DenseRows<T>& rows, std::int32_t r) {
  return {rows.values + r * rows.n_features, rows.n_features};
}

template <class T>
CsrRow<T> row_at(const CsrRows<T>& rows, std::int32_t r) {
  const std::ptrdiff_t begin = rows.indptr[r];
  return {rows.values + begin, rows.indptr[r + 1] - begin, rows.indices + begin};
}

// Asks for a row that is soon needed. Shuffled sparse rows are short and scattered; dense rows the processor streams by
// itself, and asking for them gained nothing (100000 rows of 100 values).
template <class T>
void prefetch(const DenseRow<T>&) {}

template <class T>
void prefetch([[maybe_unused]] const CsrRow<T>& row) {
#if defined(__GNUC__)
  constexpr std::ptrdiff_t kMost = 512;
  const std::ptrdiff_t size = std::min(row.size, kMost);
  for (std::ptrdiff_t j = 0; j < size; j += 64 / sizeof(T)) __builtin_prefetch(row.values + j);
  for (std::ptrdiff_t j = 0; j < size; j += 64 / sizeof(std::int32_t)) __builtin_prefetch(row.columns + j);
#endif
}

// Continues `sum` with the products of row and w from column `begin` on.
template <class Row, class T>
double dot(const Row& row, const T* w, std::ptrdiff_t begin, double sum) {
  for (std::ptrdiff_t j = begin; j < row.size; ++j) sum += static_cast<double>(w[row.column(j)] * row.values[j]);
  return sum;
}

// sums[b] = rows[b] . w. One sum is a chain of dependent additions, so a full set of rows takes the time of one.
template <class Row, class T>
void dots(const Row* rows, int count, const T* w, double* sums) {
  constexpr int kCount = Row::kLookahead;
  if (count < kCount) {
    for (int b = 0; b < count; ++b) sums[b] = dot(rows[b], w, 0, 0.0);
    return;
  }
  std::ptrdiff_t common = rows[0].size;
  for (int b = 1; b < kCount; ++b) common = std::min(common, rows[b].size);
  double chain[kCount] = {};
  for (std::ptrdiff_t j = 0; j < common; ++j) {
    for (int b = 0; b < kCount; ++b) chain[b] += static_cast<double>(w[rows[b].column(j)] * rows[b].values[j]);
  }
  for (int b = 0; b < kCount; ++b) sums[b] = dot(rows[b], w, common, chain[b]);
}

// The order of the rows.

// Marsaglia (2003), Xorshift RNGs: the 32-bit generator, its values cut to 31 bits.
std::uint32_t next_random(std::uint32_t& state) {
  if (state == 0) state = 1;
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state & 0x7FFFFFFFu;
}

// Every epoch starts the generator again from the same seed and shuffles the previous epoch's order. So it applies one
// fixed permutation each time, which is drawn once and then only gathered through.
class Order {
 public:
  Order(std::int32_t n_samples, bool shuffle, std::uint32_t seed, const std::uint8_t* left_out)
      : order_(static_cast<std::size_t>(n_samples)), left_out_(left_out) {
    std::iota(order_.begin(), order_.end(), 0);
    if (shuffle) {
      permutation_ = order_;
      const auto n = static_cast<std::uint32_t>(n_samples);
      for (std::uint32_t i = 0; i + 1 < n; ++i) {
        const std::uint32_t j = i + next_random(seed) % (n - i);
        std::swap(permutation_[i], permutation_[j]);
      }
      previous_.resize(order_.size());
    }
    keep_training_rows();
  }

  void next_epoch() {
    if (permutation_.empty()) return;
    previous_.swap(order_);
    for (std::size_t i = 0; i < order_.size(); ++i) order_[i] = previous_[permutation_[i]];
    keep_training_rows();
  }

  const std::vector<std::int32_t>& training_rows() const { return left_out_ ? training_ : order_; }

 private:
  void keep_training_rows() {
    if (!left_out_) return;
    training_.clear();
    for (const std::int32_t r : order_) {
      if (!left_out_[r]) training_.push_back(r);
    }
  }

  std::vector<std::int32_t> order_, previous_, permutation_, training_;
  const std::uint8_t* left_out_;
};

// The weight vector.

// The weights are scale * values. The norms are those that the last `add` saw: of the columns it touched, no others.
template <class T>
class Weights {
 public:
  Weights(T* values, std::ptrdiff_t size, double sq_norm, double l1_norm)
      : values_(values), size_(size), sq_norm_(sq_norm), l1_norm_(l1_norm) {}

  T* values() { return values_; }
  double scale() const { return scale_; }
  T norm() const { return static_cast<T>(std::sqrt(sq_norm_)); }
  T l1_norm() const { return static_cast<T>(l1_norm_); }

  // weights += c * row
  template <class Row>
  void add(const Row& row, T c, bool with_norms) {
    T* const w = values_;
    const T scale = static_cast<T>(scale_);
    const double factor = static_cast<double>(c / scale);
    if (!with_norms) {
      for (std::ptrdiff_t j = 0; j < row.size; ++j) {
        T& weight = w[row.column(j)];
        weight = static_cast<T>(static_cast<double>(weight) + static_cast<double>(row.values[j]) * factor);
      }
      return;
    }
    double sq_sum = 0.0, l1_sum = 0.0;
    for (std::ptrdiff_t j = 0; j < row.size; ++j) {
      T& weight = w[row.column(j)];
      weight = static_cast<T>(static_cast<double>(weight) + static_cast<double>(row.values[j]) * factor);
      sq_sum += static_cast<double>(weight * weight);
      l1_sum += static_cast<double>(std::fabs(weight));
    }
    sq_norm_ = sq_sum * static_cast<double>(scale * scale);
    l1_norm_ = l1_sum * static_cast<double>(scale);
  }

  // weights *= c; true when that moved the scale into the values.
  bool shrink(T c) {
    scale_ *= static_cast<double>(c);
    sq_norm_ *= static_cast<double>(c * c);
    l1_norm_ *= static_cast<double>(std::fabs(c));
    constexpr double kSmallest = sizeof(T) == sizeof(float) ? 1e-6 : 1e-9;
    if (scale_ >= kSmallest) return false;
    apply_scale();
    return true;
  }

  void apply_scale() {
    const T scale = static_cast<T>(scale_);
    if (scale != T(1)) {
      for (std::ptrdiff_t j = 0; j < size_; ++j) values_[j] *= scale;
    }
    scale_ = 1.0;
  }

  // Moves the columns of row towards zero, and not beyond, by what they owe of the penalty: `total` is what each weight
  // should have paid so far, paid[column] what it has.
  template <class Row>
  void truncate(const Row& row, T* paid, double total) {
    if (scale_ == 1.0) {
      truncate(row, paid, total, 1.0, [](double debt) { return debt; });  // always so for l1: spares the divisions
    } else {
      truncate(row, paid, total, scale_, [scale = scale_](double debt) { return debt / scale; });
    }
  }

  bool finite() const {
    return std::all_of(values_, values_ + size_, [](T weight) { return std::isfinite(weight); });
  }

  std::ptrdiff_t count_nonzero() const { return size_ - std::count(values_, values_ + size_, T(0)); }

 private:
  // Selects instead of branching on the sign, which would be guessed wrong half of the time.
  template <class Row, class Unscale>
  void truncate(const Row& row, T* paid, double total, double scale, const Unscale& unscale) {
    T* const w = values_;
    for (std::ptrdiff_t j = 0; j < row.size; ++j) {
      const std::ptrdiff_t column = row.column(j);
      const double before = static_cast<double>(w[column]);
      const double owed = static_cast<double>(paid[column]);
      const bool above = scale * before > 0.0, below = scale * before < 0.0;
      const double moved = before + unscale(above ? -(total + owed) : total - owed);
      double after = before;
      after = above ? (moved > 0.0 ? moved : 0.0) : after;
      after = below ? (moved < 0.0 ? moved : 0.0) : after;
      const T weight = static_cast<T>(after);
      w[column] = weight;
      paid[column] = static_cast<T>(owed + scale * (static_cast<double>(weight) - before));
    }
  }

  T* values_;
  std::ptrdiff_t size_;
  double scale_ = 1.0;
  double sq_norm_, l1_norm_;
};

// Stopping from outside.

// A thread's view of the wish to stop. Only the calling thread's polls; the others read the flag.
class Watch {
 public:
  Watch(std::atomic<bool>& stop, const std::function<bool()>* interrupted) : stop_(stop), interrupted_(interrupted) {}

  // Called once for a few rows with the multiplications they took: looks at the clock about every millisecond.
  bool stopped(std::ptrdiff_t work) {
    work_ += work;
    if (work_ < (std::ptrdiff_t{1} << 20)) return false;
    work_ = 0;
    return stopped();
  }

  bool stopped() {
    if (interrupted_ && Clock::now() - last_poll_ >= kPollInterval) {
      if ((*interrupted_)()) stop_ = true;
      last_poll_ = Clock::now();
    }
    return stop_;
  }

 private:
  std::atomic<bool>& stop_;
  const std::function<bool()>* interrupted_;
  std::ptrdiff_t work_ = 0;
  Clock::time_point last_poll_ = Clock::now();
};

// One problem.

enum class Outcome { fitted, overflowed, interrupted };

template <class Rows>
class BinaryFit {
  using T = typename Rows::Value;
  using Row = decltype(row_at(std::declval<const Rows&>(), 0));

 public:
  BinaryFit(const Rows& rows, const Samples<T>& samples, const Options& options, std::size_t index, Problem<T>& problem,
            const Hooks& hooks, Watch& watch)
      : rows_(rows),
        samples_(samples),
        options_(options),
        index_(index),
        problem_(problem),
        hooks_(hooks),
        watch_(watch),
        penalised_(options.penalty != Penalty::none),
        shrinks_(options.penalty == Penalty::l2 || options.penalty == Penalty::elasticnet),
        truncates_(options.penalty == Penalty::l1 || options.penalty == Penalty::elasticnet),
        l1_ratio_(options.penalty == Penalty::l2   ? 0.0
                  : options.penalty == Penalty::l1 ? 1.0
                                                   : options.l1_ratio),
        needs_objective_(options.verbose || (!options.early_stopping && options.tol > -kInfinity)),
        needs_norms_(options.verbose || (penalised_ && needs_objective_)),
        order_(samples.n_samples, options.shuffle, problem.seed,
               options.early_stopping ? samples.validation_mask : nullptr),
        weights_(problem.coef, rows.n_features, problem.sq_norm, problem.l1_norm),
        intercept_(*problem.intercept),
        paid_(truncates_ ? static_cast<std::size_t>(rows.n_features) : 0, T(0)) {}

  Outcome run() {
    for (std::int64_t epoch = 0; epoch < options_.max_iter; ++epoch) {
      problem_.n_iter = epoch + 1;
      if (options_.verbose) hooks_.report(format("-- Epoch %lld", static_cast<long long>(epoch + 1)));
      order_.next_epoch();
      if (!run_epoch() || watch_.stopped()) return Outcome::interrupted;
      if (!std::isfinite(intercept_) || !weights_.finite()) return Outcome::overflowed;
      if (converged()) break;
    }
    weights_.apply_scale();
    *problem_.intercept = intercept_;
    return Outcome::fitted;
  }

 private:
  // The dot products of several rows to come are taken together, with the weights as they are. They hold until the
  // weights change, which a perceptron's do only at a mistake (or at every row, when a penalty truncates them).
  bool run_epoch() {
    loss_sum_ = objective_sum_ = 0.0;
    const std::vector<std::int32_t>& order = order_.training_rows();
    const auto n = static_cast<std::ptrdiff_t>(order.size());
    int ahead = truncates_ ? 1 : Row::kAfterMistake;
    Row rows[Row::kLookahead];
    double sums[Row::kLookahead];
    std::ptrdiff_t n_prefetched = 0;
    for (std::ptrdiff_t i = 0; i < n;) {
      const int count = static_cast<int>(std::min<std::ptrdiff_t>(ahead, n - i));
      for (int b = 0; b < count; ++b) rows[b] = row_at(rows_, order[i + b]);
      for (std::ptrdiff_t k = std::max(i + count, n_prefetched), end = std::min(i + 2 * Row::kLookahead, n); k < end;
           ++k) {
        prefetch(row_at(rows_, order[k]));
        n_prefetched = k + 1;
      }
      dots(rows, count, weights_.values(), sums);
      bool changed = false;
      const std::ptrdiff_t begin = i;
      std::ptrdiff_t work = 1;
      for (int b = 0; b < count && !changed; ++b, ++i) {
        changed = learn(order[i], rows[b], sums[b]);
        work += rows[b].size + 8;
      }
      if (!truncates_) {
        ahead =
            changed ? std::max(static_cast<int>(i - begin), Row::kAfterMistake) : std::min(2 * ahead, Row::kLookahead);
      }
      if (watch_.stopped(work)) return false;
    }
    return true;
  }

  // One step on row r, whose product with the weights, before their scale, is `sum`. True when the values changed.
  bool learn(std::int32_t r, const Row& row, double sum) {
    const bool positive = samples_.labels[r] == problem_.positive_label;
    const double y = positive ? 1.0 : -1.0;
    const double score = static_cast<double>(static_cast<T>(sum * weights_.scale())) + intercept_;
    const double margin = score * y;
    const bool mistake = margin <= 0.0;

    if (needs_objective_) {
      const double loss = mistake ? 0.0 - margin : 0.0;
      loss_sum_ += loss;
      objective_sum_ += loss;
      if (penalised_) {
        const T norm = weights_.norm();
        objective_sum_ += options_.alpha * ((1.0 - l1_ratio_) * 0.5 * static_cast<double>(norm * norm) +
                                            l1_ratio_ * static_cast<double>(weights_.l1_norm()));
      }
    }

    // A product that is not finite makes the update NaN even without a mistake, and the fit ends with an error.
    const T weight =
        static_cast<T>(positive ? problem_.positive_weight : problem_.negative_weight) * samples_.sample_weight[r];
    const double update = (mistake ? options_.eta0 * y : 0.0) * static_cast<double>(weight);

    bool changed = truncates_;
    if (shrinks_) {
      const double factor = 1.0 - (1.0 - l1_ratio_) * options_.eta0 * options_.alpha;
      changed |= weights_.shrink(static_cast<T>(factor > 0.0 ? factor : 0.0));
    }
    if (update != 0.0) {
      weights_.add(row, static_cast<T>(update), needs_norms_);
      if (options_.fit_intercept) intercept_ += update * options_.intercept_decay;
      changed = true;
    }
    if (truncates_) {
      penalty_total_ += l1_ratio_ * options_.eta0 * options_.alpha;
      weights_.truncate(row, paid_.data(), penalty_total_);
    }
    n_steps_ += 1;
    return changed;
  }

  // Judges the epoch that has just ended.
  bool converged() {
    const auto n_training = static_cast<double>(order_.training_rows().size());
    const double objective = objective_sum_ / n_training;
    const double score = options_.early_stopping ? hooks_.validation_score(index_, intercept_) : 0.0;
    if (options_.verbose) {
      std::string line = format("Norm: %.2f, NNZs: %td, Bias: %.6f, T: %lld, Avg. loss: %f, Objective: %f",
                                static_cast<double>(weights_.norm()), weights_.count_nonzero(), intercept_,
                                static_cast<long long>(n_steps_), loss_sum_ / n_training, objective);
      if (options_.early_stopping) line += format(", Validation score: %f", score);
      hooks_.report(line + format("\nTotal training time: %.2f seconds.", seconds_since(start_)));
    }

    // A lower objective or a higher score is better; comparisons are written so that NaN counts as an improvement.
    bool stalled = false;
    if (options_.early_stopping) {
      stalled = options_.tol > -kInfinity && score < best_score_ + options_.tol;
      if (score > best_score_) best_score_ = score;
    } else {
      stalled = options_.tol > -kInfinity && objective > best_objective_ - options_.tol;
      if (objective < best_objective_) best_objective_ = objective;
    }
    n_stalled_ = stalled ? n_stalled_ + 1 : 0;
    if (n_stalled_ < options_.n_iter_no_change) return false;
    if (options_.verbose) {
      hooks_.report(format("Convergence after %lld epochs took %.2f seconds", static_cast<long long>(problem_.n_iter),
                           seconds_since(start_)));
    }
    return true;
  }

  const Rows& rows_;
  const Samples<T>& samples_;
  const Options& options_;
  const std::size_t index_;
  Problem<T>& problem_;
  const Hooks& hooks_;
  Watch& watch_;

  const bool penalised_, shrinks_, truncates_;
  const double l1_ratio_;
  const bool needs_objective_, needs_norms_;

  Order order_;
  Weights<T> weights_;
  double intercept_;
  std::vector<T> paid_;
  double penalty_total_ = 0.0;

  double loss_sum_ = 0.0, objective_sum_ = 0.0;
  double best_objective_ = kInfinity, best_score_ = -kInfinity;
  std::int64_t n_stalled_ = 0;
  std::int64_t n_steps_ = 0;
  const Clock::time_point start_ = Clock::now();
};

// All problems.

// Threads that are joined when they go out of scope.
class Workers {
 public:
  ~Workers() {
    for (std::thread& thread : threads_) thread.join();
  }

  // Returns how many it could start: where the system grants no more threads, fewer share the work.
  template <class Work>
  std::size_t start(std::size_t count, const Work& work) {
    threads_.reserve(count);
    try {
      while (threads_.size() < count) threads_.emplace_back(work);
    } catch (const std::system_error&) {
    }
    return threads_.size();
  }

 private:
  std::vector<std::thread> threads_;
};

}  // namespace

std::string csr_fault(const std::int32_t* indptr, std::int64_t indptr_size, const std::int32_t* indices,
                      std::int64_t indices_size, std::int64_t values_size, std::int64_t n_samples,
                      std::int64_t n_features) {
  if (indptr_size != n_samples + 1) {
    return "indptr must have n_samples + 1 = " + std::to_string(n_samples + 1) + " entries, got " +
           std::to_string(indptr_size);
  }
  if (indptr[0] != 0) return "indptr must start at 0, got " + std::to_string(indptr[0]);
  for (std::int64_t r = 0; r < n_samples; ++r) {
    if (indptr[r] > indptr[r + 1]) {
      return "indptr must not decrease, got " + std::to_string(indptr[r]) + " before " + std::to_string(indptr[r + 1]);
    }
  }
  const std::int64_t end = indptr[n_samples];
  if (end > indices_size || end > values_size) {
    return "indptr must end within indices and data, which hold " + std::to_string(indices_size) + " and " +
           std::to_string(values_size) + " entries, got " + std::to_string(end);
  }
  const std::int32_t* const wrong =
      std::find_if(indices, indices + end, [n_features](std::int32_t c) { return c < 0 || c >= n_features; });
  if (wrong != indices + end) {
    return "indices must lie in [0, n_features = " + std::to_string(n_features) + "), got " + std::to_string(*wrong);
  }
  return {};
}

template <class Rows>
bool fit(const Rows& rows, const Samples<typename Rows::Value>& samples, const Options& options,
         std::vector<Problem<typename Rows::Value>>& problems, int n_threads, const Hooks& hooks) {
  std::vector<Outcome> outcomes(problems.size(), Outcome::fitted);
  std::vector<std::exception_ptr> errors(problems.size());
  std::atomic<std::size_t> next{0};
  std::atomic<bool> stop{false}, failed{false};

  // Problems are begun in order, and none after a failure: so the lowest index that fails is always among those begun.
  const auto work_through = [&](Watch& watch) {
    while (!stop && !failed) {
      const std::size_t i = next++;
      if (i >= problems.size()) return;
      try {
        outcomes[i] = BinaryFit<Rows>(rows, samples, options, i, problems[i], hooks, watch).run();
      } catch (...) {
        errors[i] = std::current_exception();
      }
      if (errors[i] || outcomes[i] == Outcome::overflowed) failed = true;
    }
  };

  Watch watch(stop, &hooks.interrupted);
  if (n_threads > 1 && problems.size() > 1) {
    std::mutex mutex;
    std::condition_variable done;
    std::size_t n_done = 0;
    Workers workers;
    const std::size_t n_workers =
        workers.start(std::min(static_cast<std::size_t>(n_threads), problems.size()) - 1, [&] {
          Watch flag(stop, nullptr);
          work_through(flag);
          const std::lock_guard<std::mutex> lock(mutex);
          ++n_done;
          done.notify_one();
        });
    work_through(watch);
    std::unique_lock<std::mutex> lock(mutex);
    while (!done.wait_for(lock, kPollInterval, [&] { return n_done == n_workers; })) {
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
      throw std::domain_error(
          format("Floating-point under-/overflow occurred at epoch #%lld. Scaling input data with StandardScaler or "
                 "MinMaxScaler might help.",
                 static_cast<long long>(problems[i].n_iter)));
    }
  }
  return true;
}

#define ROSENBLATT_INSTANTIATE(Rows)                                                                                   \
  template bool fit(const Rows&, const Samples<Rows::Value>&, const Options&, std::vector<Problem<Rows::Value>>&, int, \
                    const Hooks&);
ROSENBLATT_INSTANTIATE(DenseRows<float>)
ROSENBLATT_INSTANTIATE(DenseRows<double>)
ROSENBLATT_INSTANTIATE(CsrRows<float>)
ROSENBLATT_INSTANTIATE(CsrRows<double>)
#undef ROSENBLATT_INSTANTIATE

}  // namespace rosenblatt::perceptron
