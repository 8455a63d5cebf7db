// The layer of embeddings over tiles of rows.
#include "model/embedding_layer.hpp"

#include <array>
#include <new>

namespace rosenblatt {
namespace {

template <class T>
Index padded(Index size) {
  return ceil_div(size, kLane<T>) * kLane<T>;
}

constexpr ParameterKind kKinds[] = {ParameterKind::periodic, ParameterKind::categories};

}  // namespace

template <class T>
std::vector<typename EmbeddingLayer<T>::Column> EmbeddingLayer<T>::made(const std::vector<EmbeddingSpec>& specs) {
  constexpr double kMost = 1e9;  // outputs and parameters, far from the end of an Index
  std::vector<Column> columns;
  std::array<Index, kParameterKinds> offsets{};
  Index start = 0, first_output = 0;
  for (const EmbeddingSpec& spec : specs) {
    columns.push_back({Embedding<T>::make(spec), start, first_output, 0});
    const Embedding<T>& embedding = *columns.back().embedding;
    Index& offset = offsets[static_cast<std::size_t>(embedding.kind())];
    columns.back().offset = offset;
    offset += embedding.parameters();
    start += padded<T>(embedding.parameters());
    first_output += embedding.outputs();
    if (static_cast<double>(start) > kMost || static_cast<double>(first_output) > kMost) throw std::bad_alloc();
  }
  return columns;
}

template <class T>
EmbeddingLayer<T>::EmbeddingLayer(const std::vector<EmbeddingSpec>& specs) : EmbeddingLayer(made(specs)) {}

template <class T>
EmbeddingLayer<T>::EmbeddingLayer(std::vector<Column> columns)
    : Layer<T>(static_cast<Index>(columns.size()), columns.back().first_output + columns.back().embedding->outputs(),
               0),
      columns_(std::move(columns)),
      size_(columns_.back().start + padded<T>(columns_.back().embedding->parameters())) {}

template <class T>
std::vector<ParameterShape> EmbeddingLayer<T>::parameters() const {
  std::vector<ParameterShape> shapes;
  for (const ParameterKind kind : kKinds) {
    Index count = 0;
    for (const Column& column : columns_)
      if (column.embedding->kind() == kind) count += column.embedding->parameters();
    if (count > 0) shapes.push_back({kind, 1, count});
  }
  return shapes;
}

template <class T>
void EmbeddingLayer<T>::pack(ParameterKind kind, const T* from, T* to) const {
  for (const Column& column : columns_)
    if (column.embedding->kind() == kind)
      std::copy_n(from + column.offset, column.embedding->parameters(), to + this->start() + column.start);
}

template <class T>
void EmbeddingLayer<T>::unpack(ParameterKind kind, const T* from, T* to) const {
  for (const Column& column : columns_)
    if (column.embedding->kind() == kind)
      std::copy_n(from + this->start() + column.start, column.embedding->parameters(), to + column.offset);
}

template <class T>
void EmbeddingLayer<T>::append_blocks(Index layer, std::vector<Block>& blocks) const {
  constexpr Index kMost = kBlockInputs * kLane<T>;
  for (Index c = 0; c < this->inputs(); ++c) {
    const Column& column = columns_[c];
    const Index count = column.embedding->parameters();
    for (Index first = 0; first < count; first += kMost) {
      const Index numbers = std::min(kMost, count - first);
      blocks.push_back({layer, column.embedding->kind(), c, column.offset + first, numbers, kLane<T>,
                        this->start() + column.start + first, padded<T>(numbers), 0});
    }
  }
}

template <class T>
void EmbeddingLayer<T>::forward_row(const T* parameters, const T* inputs, T* outputs) const {
  for (Index c = 0; c < this->inputs(); ++c) {
    const T x[kEmbeddedRows] = {inputs[c]};
    // A buffer of one row has its columns side by side.
    columns_[c].embedding->forward(parameters + this->start() + columns_[c].start, x, 1,
                                   {outputs, 1, columns_[c].first_output});
  }
}

template <class T>
void EmbeddingLayer<T>::forward(const T* parameters, const LayerTile<T>& tile, PanelRange neurons,
                                bool keep_derivative) const {
  constexpr Index L = kLane<T>;
  for (Index c = 0; c < this->inputs(); ++c) {
    const Column& column = columns_[c];
    const PanelColumns<const T> from(tile.inputs, tile.buffer_rows, c);
    for (Index first = 0; first < tile.rows; first += kEmbeddedRows) {
      const Index rows = std::min(kEmbeddedRows, tile.rows - first);
      T x[kEmbeddedRows] = {};
      for (Index r = 0; r < rows; ++r) x[r] = from.at(first + r, 0);
      column.embedding->forward(parameters + this->start() + column.start, x, rows,
                                {tile.outputs + first * L, tile.buffer_rows, column.first_output});
    }
  }
  if (keep_derivative && tile.deltas)
    for (Index p = neurons.first; p < neurons.end; ++p)
      std::fill_n(tile.deltas + p * tile.buffer_rows * L, tile.rows * L, T(1));
}

template <class T>
void EmbeddingLayer<T>::differentiate(const LayerTile<T>& tile, PanelRange neurons, bool kept, const T* from,
                                      Index from_rows) const {
  constexpr Index L = kLane<T>;
  if (!kept) return;
  for (Index p = 0; p < neurons.end - neurons.first; ++p) {
    T* const delta = tile.deltas + (neurons.first + p) * tile.buffer_rows * L;
    for (Index i = 0; i < tile.rows * L; ++i) delta[i] *= from[p * from_rows * L + i];
  }
}

template <class T>
void EmbeddingLayer<T>::gradient(const T* parameters, const Block& block, const LayerTile<T>& tile, bool add,
                                 T* gradient, T*) const {
  const Column& column = columns_[block.panel];
  if (!add) std::fill_n(gradient, block.size, T(0));
  column.embedding->add_gradient(parameters + this->start() + column.start,
                                 {tile.inputs, tile.buffer_rows, block.panel},
                                 {tile.deltas, tile.buffer_rows, column.first_output}, tile.rows,
                                 block.first_input - column.offset, block.inputs, gradient);
}

template class EmbeddingLayer<float>;
template class EmbeddingLayer<double>;

}  // namespace rosenblatt
