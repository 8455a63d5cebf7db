// The lines that a verbose fit prints, as scikit-learn words them.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>

namespace rosenblatt::perceptron {

class Report {
 public:
  explicit Report(const std::function<void(const std::string&)>& print) : print_(print) {}

  void epoch_begins(std::int64_t epoch) const { print_(format("-- Epoch %lld", static_cast<long long>(epoch))); }

  /// Without early stopping `score` is null.
  void epoch_ended(double norm, std::ptrdiff_t n_nonzero, double intercept, std::int64_t n_steps, double loss,
                   double objective, const double* score) const {
    std::string line = format("Norm: %.2f, NNZs: %td, Bias: %.6f, T: %lld, Avg. loss: %f, Objective: %f", norm,
                              n_nonzero, intercept, static_cast<long long>(n_steps), loss, objective);
    if (score) line += format(", Validation score: %f", *score);
    print_(line + format("\nTotal training time: %.2f seconds.", seconds()));
  }

  void converged(std::int64_t n_iter) const {
    print_(format("Convergence after %lld epochs took %.2f seconds", static_cast<long long>(n_iter), seconds()));
  }

 private:
  using Clock = std::chrono::steady_clock;

  template <class... Values>
  static std::string format(const char* pattern, Values... values) {
    char line[512];
    std::snprintf(line, sizeof line, pattern, values...);
    return line;
  }

  double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

  const std::function<void(const std::string&)>& print_;
  const Clock::time_point start_ = Clock::now();
};

}  // namespace rosenblatt::perceptron
