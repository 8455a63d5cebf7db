// The choice of an embedding, and what its numbers may be.
#include "model/embeddings/embedding.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "model/embeddings/categories.hpp"
#include "model/embeddings/periodic.hpp"
#include "model/embeddings/piecewise_linear.hpp"

namespace rosenblatt {
namespace {

/// The column itself.
template <class T>
class Itself final : public Embedding<T> {
 public:
  Index outputs() const override { return 1; }
  void forward(const T*, const T* x, Index rows, PanelColumns<T> to) const override {
    for (Index r = 0; r < rows; ++r) to.at(r, 0) = x[r];
  }
};

[[noreturn]] void reject(const std::string& got, const std::string& expected) {
  throw std::invalid_argument("embeddings: got " + got + ", expected " + expected);
}

template <class T>
std::unique_ptr<Embedding<T>> periodic(const EmbeddingSpec& spec) {
  constexpr Index kMost = Periodic<T>::kMostParameters;
  if (spec.size < 1 || spec.size > kMost)
    reject(std::to_string(spec.size) + " frequencies", "from 1 to " + std::to_string(kMost));
  if (spec.outputs < 2 || spec.outputs > kMost)
    reject(std::to_string(spec.outputs) + " dimensions", "from 2 to " + std::to_string(kMost));
  auto made = std::make_unique<Periodic<T>>(spec.size, spec.outputs);
  if (made->parameters() > kMost)
    reject("a periodic embedding of " + std::to_string(made->parameters()) + " parameters",
           "at most " + std::to_string(kMost));
  return made;
}

template <class T>
std::unique_ptr<Embedding<T>> piecewise_linear(const EmbeddingSpec& spec) {
  constexpr std::size_t kMost = 1 << 20;
  if (spec.borders.size() < 2 || spec.borders.size() > kMost)
    reject(std::to_string(spec.borders.size()) + " borders", "from 2 to " + std::to_string(kMost));
  for (std::size_t i = 0; i < spec.borders.size(); ++i) {
    const T border = T(spec.borders[i]);
    if (!std::isfinite(border) || (i > 0 && !(border > T(spec.borders[i - 1]))))
      reject("borders that do not increase", "finite numbers, each larger than the one before");
  }
  return std::make_unique<PiecewiseLinear<T>>(spec.borders, spec.kind == EmbeddingSpec::Kind::local);
}

template <class T>
std::unique_ptr<Embedding<T>> categories(const EmbeddingSpec& spec) {
  constexpr Index kMostCategories = Index(1) << 24;  // every index up to there is a float
  constexpr Index kMostOutputs = 512;
  if (spec.size < 1 || spec.size > kMostCategories)
    reject(std::to_string(spec.size) + " categories", "from 1 to " + std::to_string(kMostCategories));
  if (spec.outputs < 1 || spec.outputs > kMostOutputs)
    reject(std::to_string(spec.outputs) + " dimensions", "from 1 to " + std::to_string(kMostOutputs));
  return std::make_unique<Categories<T>>(spec.size, spec.outputs);
}

}  // namespace

template <class T>
std::unique_ptr<Embedding<T>> Embedding<T>::make(const EmbeddingSpec& spec) {
  switch (spec.kind) {
    case EmbeddingSpec::Kind::periodic:
      return periodic<T>(spec);
    case EmbeddingSpec::Kind::cumulative:
    case EmbeddingSpec::Kind::local:
      return piecewise_linear<T>(spec);
    case EmbeddingSpec::Kind::categories:
      return categories<T>(spec);
    case EmbeddingSpec::Kind::none:
      break;
  }
  return std::make_unique<Itself<T>>();
}

template class Embedding<float>;
template class Embedding<double>;

}  // namespace rosenblatt
