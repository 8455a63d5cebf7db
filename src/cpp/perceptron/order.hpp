// The order in which an epoch visits the rows, drawn as scikit-learn draws it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace rosenblatt::perceptron {

/// The 32-bit generator of Marsaglia (2003), Xorshift RNGs; returns the lower 31 bits.
inline std::uint32_t next_random(std::uint32_t& state) {
  if (state == 0) state = 1;
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state & 0x7FFFFFFFu;
}

/// The order of the rows in each epoch. scikit-learn restarts the generator with the same seed for each epoch and
/// shuffles the last epoch's order. That applies the same permutation every time, so it is drawn only once here.
class Order {
 public:
  /// Rows whose `left_out` is not 0 are shuffled with the others, but not visited; null means that all are visited.
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

}  // namespace rosenblatt::perceptron
