// Periodic embeddings of numbers: cosines of trained frequencies and phases, and a trained linear layer over them.
#pragma once

#include "model/embeddings/embedding.hpp"
#include "rules/elementary.hpp"

namespace rosenblatt {

/// A number x becomes e = [W^T c + b, x] with c_k = cos(2 pi f_k x + p_k): "PBLD" of Holzmueller et al., "Better by
/// default: strong pre-tuned MLPs and boosted trees on tabular data", NeurIPS 2024, after Gorishniy et al., "On
/// embeddings for numerical features in tabular deep learning", NeurIPS 2022. Its parameters are f (n), p (n), in
/// radians, W (n, outputs - 1) row by row, and b (outputs - 1).
template <class T>
class Periodic final : public Embedding<T> {
 public:
  /// So many numbers are a block of parameters at most.
  static constexpr Index kMostParameters = 512;

  Periodic(Index frequencies, Index outputs) : n_(frequencies), sums_(outputs - 1) {}

  Index outputs() const override { return sums_ + 1; }
  Index parameters() const override { return n_ * (2 + sums_) + sums_; }

  void forward(const T* parameters, const T* x, Index rows, PanelColumns<T> to) const override {
    const Parts p = parts(parameters);
    T cosines[kMostParameters][kR];
    for (Index k = 0; k < n_; ++k) {
      const T frequency = p.frequencies[k], phase = p.phases[k] * kTurnsPerRadian;
      for (Index r = 0; r < kR; ++r) cosines[k][r] = elementary::cos_of_turns(frequency * x[r] + phase);
    }
    for (Index j = 0; j < sums_; ++j) {
      T sum[kR];
      std::fill_n(sum, kR, p.biases[j]);
      for (Index k = 0; k < n_; ++k)
        for (Index r = 0; r < kR; ++r) sum[r] += p.weights[k * sums_ + j] * cosines[k][r];
      T* const column = to.of(j);
      for (Index r = 0; r < rows; ++r) column[r * kLane<T>] = sum[r];
    }
    for (Index r = 0; r < rows; ++r) to.at(r, sums_) = x[r];
  }

  void add_gradient(const T* parameters, PanelColumns<const T> x, PanelColumns<const T> deltas, Index rows, Index,
                    Index, T* gradient) const override {
    const Parts p = parts(parameters);
    // For each parameter, sums over every 16th row.
    T sums[kMostParameters][kR] = {};
    T delta[kMostParameters][kR];
    for (Index first = 0; first < rows; first += kR) {
      const Index here = std::min(kR, rows - first);
      T values[kR] = {};
      for (Index r = 0; r < here; ++r) values[r] = x.at(first + r, 0);
      for (Index j = 0; j < sums_; ++j)
        for (Index r = 0; r < kR; ++r) {
          delta[j][r] = r < here ? deltas.at(first + r, j) : T(0);
          sums[n_ * (2 + sums_) + j][r] += delta[j][r];
        }
      for (Index k = 0; k < n_; ++k) add_frequency(p, k, values, delta, sums);
    }
    for (Index i = 0; i < this->parameters(); ++i) {
      T sum = sums[i][0];
      for (Index r = 1; r < kR; ++r) sum += sums[i][r];
      gradient[i] += sum;
    }
  }

 private:
  static constexpr Index kR = kEmbeddedRows;
  static constexpr T kTurnsPerRadian = T(0.15915494309189533577), kRadiansPerTurn = T(6.2831853071795864769);

  struct Parts {
    const T *frequencies, *phases, *weights, *biases;
  };
  Parts parts(const T* parameters) const {
    return {parameters, parameters + n_, parameters + 2 * n_, parameters + n_ * (2 + sums_)};
  }

  /// The terms of 16 rows for frequency k and its phase and weights.
  void add_frequency(const Parts& p, Index k, const T (&x)[kR], const T (*delta)[kR], T (*sums)[kR]) const {
    const T frequency = p.frequencies[k], phase = p.phases[k] * kTurnsPerRadian;
    T cosine[kR], sine[kR], back[kR] = {};
    for (Index r = 0; r < kR; ++r) {
      const T turns = frequency * x[r] + phase;
      cosine[r] = elementary::cos_of_turns(turns);
      sine[r] = elementary::sin_of_turns(turns);
    }
    for (Index j = 0; j < sums_; ++j) {
      const Index weight = k * sums_ + j;
      T* const to = sums[2 * n_ + weight];
      for (Index r = 0; r < kR; ++r) {
        to[r] += cosine[r] * delta[j][r];
        back[r] += p.weights[weight] * delta[j][r];
      }
    }
    for (Index r = 0; r < kR; ++r) {
      const T term = -sine[r] * back[r];
      sums[k][r] += term * kRadiansPerTurn * x[r];
      sums[n_ + k][r] += term;
    }
  }

  Index n_, sums_;
};

}  // namespace rosenblatt
