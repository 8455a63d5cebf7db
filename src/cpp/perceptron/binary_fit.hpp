// The training of one two-class problem: the loop over epochs and rows, and the step of each row.
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
  BinaryFit(const Table<T>& table, const RowData<T>& row_data, const Options& options, std::size_t index,
            Problem<T>& problem, const Hooks& hooks, Watch& watch)
      : table_(table),
        row_data_(row_data),
        options_(options),
        index_(index),
        problem_(problem),
        hooks_(hooks),
        watch_(watch),
        penalized_(options.penalty != Penalty::none),
        shrinks_(options.penalty == Penalty::l2 || options.penalty == Penalty::elasticnet),
        truncates_(options.penalty == Penalty::l1 || options.penalty == Penalty::elasticnet),
        l1_ratio_(options.penalty == Penalty::l2   ? 0.0
                  : options.penalty == Penalty::l1 ? 1.0
                                                   : options.l1_ratio),
        needs_objective_(options.verbose ||
                         (!options.early_stopping && options.tol > -std::numeric_limits<double>::infinity())),
        needs_norms_(options.verbose || (penalized_ && needs_objective_)),
        order_(row_data.n_samples, options.shuffle, problem.seed,
               options.early_stopping ? row_data.validation_mask : nullptr),
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
  // Computes the dot products of several rows ahead, with the present weights. They are valid until the weights change:
  // at a mistake, or at every row if a penalty truncates them. Smaller sets after a mistake (1, 2, 4 rows) were slower.
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

  // Makes one step on row r; `sum` is its product with the unscaled weights. Returns whether these changed.
  bool learn(std::int32_t r, const Row& row, double sum) {
    const bool positive = row_data_.labels[r] == problem_.positive_label;
    const double y = positive ? 1.0 : -1.0;
    const double score = static_cast<double>(static_cast<T>(sum * weights_.scale())) + intercept_;
    const double margin = score * y;
    const bool mistake = margin <= 0.0;

    if (needs_objective_) {
      const double loss = mistake ? 0.0 - margin : 0.0;
      loss_sum_ += loss;
      objective_sum_ += loss;
      if (penalized_) {
        const T norm = weights_.norm();
        objective_sum_ += options_.alpha * ((1.0 - l1_ratio_) * 0.5 * static_cast<double>(norm * norm) +
                                            l1_ratio_ * static_cast<double>(weights_.l1_norm()));
      }
    }

    // If the product is not finite, the update is NaN even without a mistake, and the fit ends with an error.
    const T weight =
        static_cast<T>(positive ? problem_.positive_weight : problem_.negative_weight) * row_data_.sample_weight[r];
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

  // Returns whether training ends with the epoch that was just run.
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
  const RowData<T>& row_data_;
  const Options& options_;
  const std::size_t index_;
  Problem<T>& problem_;
  const Hooks& hooks_;
  Watch& watch_;

  const bool penalized_, shrinks_, truncates_;
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
