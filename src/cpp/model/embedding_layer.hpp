// The layer of embeddings, which comes first: each column of the inputs becomes one or several columns.
#pragma once

#include <memory>
#include <vector>

#include "model/embeddings/embedding.hpp"
#include "model/layer.hpp"

namespace rosenblatt {

/// Its outputs are the embeddings of the columns, one after the other. Its parameters in a flat buffer are those of
/// each embedding, padded to whole lanes; as users see them, those of all embeddings of one kind are one vector. It
/// takes dense inputs only.
template <class T>
class EmbeddingLayer final : public Layer<T> {
 public:
  explicit EmbeddingLayer(const std::vector<EmbeddingSpec>& specs);

  std::vector<ParameterShape> parameters() const override;
  Index size() const override { return size_; }
  void pack(ParameterKind kind, const T* from, T* to) const override;
  void unpack(ParameterKind kind, const T* from, T* to) const override;
  void append_blocks(Index layer, std::vector<Block>& blocks) const override;

  void forward_row(const T* parameters, const T* inputs, T* outputs) const override;
  /// For all neurons: an embedding may span two panels.
  void forward(const T* parameters, const LayerTile<T>& tile, PanelRange neurons, bool keep_derivative) const override;

  bool keeps_derivative() const override { return false; }
  void differentiate(const LayerTile<T>& tile, PanelRange neurons, bool kept, const T* from,
                     Index from_rows) const override;
  void gradient(const T* parameters, const Block& block, const LayerTile<T>& tile, bool add, T* gradient,
                T* biases) const override;

 private:
  struct Column {
    std::unique_ptr<Embedding<T>> embedding;
    Index start;         // of its parameters in the flat buffer
    Index first_output;  // of the layer
    Index offset;        // of its parameters among those of its kind
  };

  explicit EmbeddingLayer(std::vector<Column> columns);
  static std::vector<Column> made(const std::vector<EmbeddingSpec>& specs);

  std::vector<Column> columns_;
  Index size_;
};

extern template class EmbeddingLayer<float>;
extern template class EmbeddingLayer<double>;

}  // namespace rosenblatt
