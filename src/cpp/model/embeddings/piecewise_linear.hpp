// Piecewise linear encodings of numbers: where a number lies among the borders of bins. They have no parameters.
#pragma once

#include <vector>

#include "model/embeddings/embedding.hpp"

namespace rosenblatt {

/// A number x becomes [e, x] with one e_i for each bin [c_i, c_{i+1}]. Cumulative (Gorishniy et al., "On embeddings for
/// numerical features in tabular deep learning", NeurIPS 2022, section 3.2): e_i is how far x is on its way through the
/// bin, from 0 to 1. Local (hat functions): e_i less e_{i+1}.
template <class T>
class PiecewiseLinear final : public Embedding<T> {
 public:
  PiecewiseLinear(const std::vector<double>& borders, bool local) : local_(local) {
    for (std::size_t i = 0; i + 1 < borders.size(); ++i)
      bins_.push_back({T(borders[i]), T(borders[i + 1]) - T(borders[i])});
  }

  Index outputs() const override { return static_cast<Index>(bins_.size()) + 1; }

  void forward(const T*, const T* x, Index rows, PanelColumns<T> to) const override {
    constexpr Index kR = kEmbeddedRows;
    T parts[kR], above[kR] = {};  // of a bin, and of the one above it
    for (Index i = static_cast<Index>(bins_.size()) - 1; i >= 0; --i) {
      const Bin bin = bins_[i];
      for (Index r = 0; r < kR; ++r) {
        const T part = (x[r] - bin.low) / bin.width;
        parts[r] = part < T(0) ? T(0) : part > T(1) ? T(1) : part;
      }
      T* const column = to.of(i);
      for (Index r = 0; r < rows; ++r) column[r * kLane<T>] = parts[r] - above[r];
      if (local_) std::copy_n(parts, kR, above);
    }
    for (Index r = 0; r < rows; ++r) to.at(r, static_cast<Index>(bins_.size())) = x[r];
  }

 private:
  struct Bin {
    T low, width;
  };
  std::vector<Bin> bins_;
  bool local_;
};

}  // namespace rosenblatt
