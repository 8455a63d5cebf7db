// Embeddings of categories: a trained vector for each.
#pragma once

#include "model/embeddings/embedding.hpp"

namespace rosenblatt {

/// The number x in 0, 1, ..., n - 1 is the index of a category, which becomes row x of E (n, outputs), its parameters
/// row by row. Any other number is an unknown category, which becomes zeros.
template <class T>
class Categories final : public Embedding<T> {
 public:
  Categories(Index categories, Index outputs) : n_(categories), outputs_(outputs) {}

  Index outputs() const override { return outputs_; }
  ParameterKind kind() const override { return ParameterKind::categories; }
  Index parameters() const override { return n_ * outputs_; }

  void forward(const T* parameters, const T* x, Index rows, PanelColumns<T> to) const override {
    for (Index r = 0; r < rows; ++r) {
      const Index start = start_of(x[r]);
      for (Index j = 0; j < outputs_; ++j) to.at(r, j) = start < 0 ? T(0) : parameters[start + j];
    }
  }

  void add_gradient(const T*, PanelColumns<const T> x, PanelColumns<const T> deltas, Index rows, Index first,
                    Index size, T* gradient) const override {
    for (Index r = 0; r < rows; ++r) {
      const Index start = start_of(x.at(r, 0));
      if (start < 0) continue;
      const Index from = std::max(start, first), end = std::min(start + outputs_, first + size);
      for (Index i = from; i < end; ++i) gradient[i - first] += deltas.at(r, i - start);
    }
  }

 private:
  /// Where the row of a category starts, or -1.
  Index start_of(T x) const {
    if (!(x >= T(0) && x < T(n_))) return -1;
    const Index category = static_cast<Index>(x);
    return T(category) == x ? category * outputs_ : -1;
  }

  Index n_, outputs_;
};

}  // namespace rosenblatt
