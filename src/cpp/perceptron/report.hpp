// The lines that a verbose fit prints, as scikit-learn words them.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace rosenblatt::perceptron {

class Report {
 public:
  explicit Report(const std::function<void(const std::string&)>& print) : print_(print) {}

  void epoch_begins(std::int64_t epoch) const;
  /// Without early stopping `score` is null.
  void epoch_ended(double norm, std::ptrdiff_t n_nonzero, double intercept, std::int64_t n_steps, double loss,
                   double objective, const double* score) const;
  void converged(std::int64_t n_iter) const;

 private:
  using Clock = std::chrono::steady_clock;

  double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

  const std::function<void(const std::string&)>& print_;
  const Clock::time_point start_ = Clock::now();
};

}  // namespace rosenblatt::perceptron
