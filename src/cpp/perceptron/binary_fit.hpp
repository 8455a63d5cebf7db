// One two-class problem: the loop over its epochs and rows, and the step that each row makes.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "perceptron/order.hpp"
#include "perceptron/patience.hpp"
#include "perceptron/perceptron.hpp"
#include "perceptron/report.hpp"
#include "perceptron/rows.hpp"
#include "perceptron/unfused.hpp"
#include "perceptron/watch.hpp"
#include "perceptron/weights.hpp"

namespace rosenblatt::perceptron {

enum class Outcome { fitted, overflowed, interrupted };

template <class Row>
class BinaryFit {
  using T = typename Row::Value;

 public:
  BinaryFit(const Table<T>& table, const Samples<T>& samples, const Options& options, std::size_t index,
            Problem<T>& problem, const Hooks& hooks, Watch& watch)
      : table_(table),
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
        needs_objective_(options.verbose ||
                         (!options.early_stopping && options.tol > -std::numeric_limits<double>::infinity())),
        needs_norms_(options.verbose || (penalised_ && needs_objective_)),
        order_(samples.n_samples, options.shuffle, problem.seed,
               options.early_stopping ? samples.validation_mask : nullptr),
        weights_(problem.coef, table.columns, problem.sq_norm, problem.l1_norm),
        intercept_(*problem.intercept),
        paid_(truncates_ ? static_cast<std::size_t>(table.columns) : 0, T(0)),
        patience_(options.tol, options.n_iter_no_change),
        report_(hooks.report) {}

  Outcome run() {
    for (std::int64_t epoch = 0; epoch < options_.max_iter; ++epoch) {
      problem_.n_iter = epoch + 1;
      if (options_.verbose) report_.epoch_begins(problem_.n_iter);
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
  // weights change, which a perceptron's do only at a mistake (or at every row, when a penalty truncates them). Always
  // a full set, even where mistakes are frequent: one row after a mistake, then two, then four took 1.05 to 1.4 times
  // as long on CSR rows, and 1.3 times on dense ones.
  bool run_epoch() {
    loss_sum_ = objective_sum_ = 0.0;
    const std::vector<std::int32_t>& order = order_.training_rows();
    const auto n = static_cast<Index>(order.size());
    const int ahead = truncates_ ? 1 : Row::kLookahead;
    Row rows[Row::kLookahead];
    double sums[Row::kLookahead];
    Index n_prefetched = 0;
    for (Index i = 0; i < n;) {
      const int count = static_cast<int>(std::min<Index>(ahead, n - i));
      for (int b = 0; b < count; ++b) rows[b] = Row::at(table_, order[i + b]);
      for (Index k = std::max(i + count, n_prefetched), end = std::min(i + 2 * Row::kLookahead, n); k < end; ++k) {
        Row::at(table_, order[k]).prefetch();
        n_prefetched = k + 1;
      }
      dots(rows, count, weights_.values(), sums);
      bool changed = false;
      Index work = 1;
      for (int b = 0; b < count && !changed; ++b, ++i) {
        changed = learn(order[i], rows[b], sums[b]);
        work += rows[b].size + 8;
      }
      if (watch_.stopped_after(work)) return false;
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
    const bool scored = options_.early_stopping;
    const double score = scored ? hooks_.validation_score(index_, intercept_) : 0.0;
    if (options_.verbose) {
      report_.epoch_ended(static_cast<double>(weights_.norm()), weights_.count_nonzero(), intercept_, n_steps_,
                          loss_sum_ / n_training, objective, scored ? &score : nullptr);
    }
    if (!patience_.ends_with(scored ? score : -objective)) return false;
    if (options_.verbose) report_.converged(problem_.n_iter);
    return true;
  }

  const Table<T>& table_;
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
  std::int64_t n_steps_ = 0;
  Patience patience_;
  const Report report_;
};

}  // namespace rosenblatt::perceptron
