// The lines that a verbose fit prints, as scikit-learn words them.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "base/text.hpp"

namespace rosenblatt::perceptron {

class Report {
 public:
  explicit Report(const std::function<void(const std::string&)>& print) : print_(print) {}

  void epoch_begins(std::int64_t epoch) const { print_("-- Epoch " + std::to_string(epoch)); }

  /// Without early stopping `score` is null.
  void epoch_ended(double norm, std::ptrdiff_t n_nonzero, double intercept, std::int64_t n_steps, double loss,
                   double objective, const double* score) const {
    std::string line = "Norm: " + fixed(norm, 2) + ", NNZs: " + std::to_string(n_nonzero) +
                       ", Bias: " + fixed(intercept, 6) + ", T: " + std::to_string(n_steps) +
                       ", Avg. loss: " + fixed(loss, 6) + ", Objective: " + fixed(objective, 6);
    if (score) line += ", Validation score: " + fixed(*score, 6);
    print_(line + "\nTotal training time: " + fixed(seconds(), 2) + " seconds.");
  }

  void converged(std::int64_t n_iter) const {
    print_("Convergence after " + std::to_string(n_iter) + " epochs took " + fixed(seconds(), 2) + " seconds");
  }

 private:
  using Clock = std::chrono::steady_clock;

  double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

  const std::function<void(const std::string&)>& print_;
  const Clock::time_point start_ = Clock::now();
};

}  // namespace rosenblatt::perceptron
