// The interface of embeddings: how one column of the inputs becomes several inputs of the first product.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/types.hpp"
#include "model/layer.hpp"

namespace rosenblatt {

/// What is known of a column's embedding before a network is made.
struct EmbeddingSpec {
  enum class Kind { none, periodic, cumulative, local, categories };

  Kind kind = Kind::none;            // none: the column itself
  Index size = 0;                    // of a periodic one the frequencies, of one of categories the categories
  Index outputs = 1;                 // of a periodic one with the number itself
  std::vector<double> borders = {};  // of the bins of a piecewise linear one
};

/// Columns of panels [panel][rows][lane], read or written at some consecutive rows.
template <class T>
class PanelColumns {
 public:
  /// `panels` is panel 0 at the first of the rows; `first` is the column that has index 0.
  PanelColumns(T* panels, Index buffer_rows, Index first) : panels_(panels), rows_(buffer_rows), first_(first) {}
  T& at(Index row, Index column) const { return of(column)[row * kLane<T>]; }
  /// A column: its numbers are a lane apart.
  T* of(Index column) const {
    const Index c = first_ + column;
    return panels_ + c / kLane<T> * rows_ * kLane<T> + c % kLane<T>;
  }

 private:
  T* panels_;
  Index rows_, first_;
};

/// Embeddings work on up to this many rows at a time, so that loops over rows vectorise.
inline constexpr Index kEmbeddedRows = 16;

template <class T>
class Embedding {
 public:
  virtual ~Embedding() = default;

  virtual Index outputs() const = 0;
  /// The kind and the number of its parameters.
  virtual ParameterKind kind() const { return ParameterKind::periodic; }
  virtual Index parameters() const { return 0; }

  /// The embedding of the first `rows` of x [kEmbeddedRows], with these parameters.
  virtual void forward(const T* parameters, const T* x, Index rows, PanelColumns<T> to) const = 0;
  /// gradient[0, size) += the gradient of its parameters from number `first` on, summed over `rows` rows; `x` and
  /// `deltas`, dL/d(embedding), begin at the first of them.
  virtual void add_gradient([[maybe_unused]] const T* parameters, [[maybe_unused]] PanelColumns<const T> x,
                            [[maybe_unused]] PanelColumns<const T> deltas, [[maybe_unused]] Index rows,
                            [[maybe_unused]] Index first, [[maybe_unused]] Index size,
                            [[maybe_unused]] T* gradient) const {}

  /// Throws std::invalid_argument if `spec` is not what its kind accepts.
  static std::unique_ptr<Embedding> make(const EmbeddingSpec& spec);
};

extern template class Embedding<float>;
extern template class Embedding<double>;

}  // namespace rosenblatt
