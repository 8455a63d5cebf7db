// Dropout (Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR 2014). A hash
// of the position decides which activations a step drops, so that threads need no common state.
#pragma once

#include <cstdint>

#include "base/types.hpp"

namespace rosenblatt {

/// The choice for one layer in one step. Kept activations are divided by the fraction that is kept, so that their
/// expectation is the activation that predictions use.
template <class T>
class Dropout {
 public:
  /// Drops nothing.
  Dropout() = default;

  Dropout(double rate, std::uint64_t seed, std::uint64_t step, std::uint64_t layer) {
    if (!(rate > 0.0)) return;
    threshold_ = static_cast<std::uint32_t>(rate * 4294967296.0);
    scale_ = T(1.0 / (1.0 - rate));
    std::uint64_t key = seed;
    for (const std::uint64_t part : {step, layer}) key = mix64(key ^ (part + 0x9e3779b97f4a7c15u));
    column_key_ = static_cast<std::uint32_t>(key);
    row_key_ = static_cast<std::uint32_t>(key >> 32);
  }

  bool active() const { return threshold_ > 0; }

  /// The factor of the activation of a neuron (column) for a row of the batch: 0, or the inverse of the kept fraction.
  T factor(Index row, Index column) const { return dropped(place(column), start(row)) ? T(0) : scale_; }

  /// Multiplies `rows` rows of a panel, which begin at row `first` of the batch, by their factors, and likewise
  /// `derivative`, which has the same layout or is null.
  void apply(T* a, T* derivative, Index first, Index rows, Index panel) const {
    constexpr Index L = kLane<T>;
    std::uint32_t places[L];
    for (Index j = 0; j < L; ++j) places[j] = place(panel * L + j);
    const T scale = scale_;
    for (Index r = 0; r < rows; ++r) {
      const std::uint32_t row = start(first + r);
      T factors[L];
#pragma GCC unroll 1
      for (Index j = 0; j < L; ++j) factors[j] = dropped(places[j], row) ? T(0) : scale;
      T* to = a + r * L;
      // A choice, since a multiplication by zero would turn infinity into NaN.
#pragma GCC unroll 1
      for (Index j = 0; j < L; ++j) to[j] = factors[j] == T(0) ? T(0) : to[j] * factors[j];
      if (!derivative) continue;
      to = derivative + r * L;
#pragma GCC unroll 1
      for (Index j = 0; j < L; ++j) to[j] *= factors[j];
    }
  }

 private:
  // A draw hashes the sum of two numbers: one of the column, which is hashed itself, and one of the row.
  std::uint32_t place(Index column) const { return mix32(static_cast<std::uint32_t>(column) ^ column_key_); }
  static std::uint32_t start(Index row) { return static_cast<std::uint32_t>(row) * 0x9e3779b9u; }
  bool dropped(std::uint32_t place, std::uint32_t row) const { return mix32((place + row) ^ row_key_) < threshold_; }

  // Finalizers of good avalanche: Wellons' lowbias32 (2018) and Stafford's Mix13 (2011) as in SplitMix64.
  static std::uint32_t mix32(std::uint32_t x) {
    x = (x ^ (x >> 16)) * 0x7feb352du;
    x = (x ^ (x >> 15)) * 0x846ca68bu;
    return x ^ (x >> 16);
  }
  static std::uint64_t mix64(std::uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
  }

  std::uint32_t threshold_ = 0, column_key_ = 0, row_key_ = 0;
  T scale_ = T(1);
};

}  // namespace rosenblatt
