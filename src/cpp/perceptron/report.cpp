// The lines of a verbose fit, apart from the fit, whose file is compiled for speed.
#include "perceptron/report.hpp"

#include "base/text.hpp"

namespace rosenblatt::perceptron {

void Report::epoch_begins(std::int64_t epoch) const { print_("-- Epoch " + std::to_string(epoch)); }

void Report::epoch_ended(double norm, std::ptrdiff_t n_nonzero, double intercept, std::int64_t n_steps, double loss,
                         double objective, const double* score) const {
  std::string line = "Norm: " + fixed(norm, 2) + ", NNZs: " + std::to_string(n_nonzero) +
                     ", Bias: " + fixed(intercept, 6) + ", T: " + std::to_string(n_steps) +
                     ", Avg. loss: " + fixed(loss, 6) + ", Objective: " + fixed(objective, 6);
  if (score) line += ", Validation score: " + fixed(*score, 6);
  print_(line + "\nTotal training time: " + fixed(seconds(), 2) + " seconds.");
}

void Report::converged(std::int64_t n_iter) const {
  print_("Convergence after " + std::to_string(n_iter) + " epochs took " + fixed(seconds(), 2) + " seconds");
}

}  // namespace rosenblatt::perceptron
