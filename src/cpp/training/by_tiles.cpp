// Phase 1 by tiles of rows: each thread takes its tiles through all layers and back, in its own cache.
#include <numeric>

#include "training/backprop.hpp"

namespace rosenblatt {

template <class T>
void Backprop<T>::by_tiles(team::Member member, const Pass& pass, Stop stop) {
  const bool by_rows = partition_.by_rows();
  const int copy = by_rows ? member.index : 0;
  if (by_rows)
    for (const Block& block : blocks_) passes_.transpose(block, copy);
  const Index last = passes_.layer_count() - 1;
  for_each_tile(member, pass, stages_[0], stop, [&](const Tile& tile, Index piece) {
    passes_.gather(tile);
    for (Index l = passes_.first_layer(); l <= last; ++l)
      passes_.forward(tile, l, all_panels<T>(passes_.outputs_of(l)));
    passes_.evaluate_loss(tile, member.index);
    for (Index l = last; l > passes_.first_trained(); --l)
      passes_.backward(tile, l, all_panels<T>(passes_.outputs_of(l - 1)), member.index, copy);
    if (by_rows) add_to_piece(tile, piece);
  });
}

template <class T>
void Backprop<T>::add_to_piece(const Tile& tile, Index piece) {
  const bool add = tile.first > piece * partition_.piece_rows;
  T* const partial = workspace_.partial(piece);
  for (const Block& block : blocks_)
    passes_.gradient(block, tile.slot, tile.rows, add, partial + block.start, partial + block.biases);
  const double loss =
      std::accumulate(workspace_.row_loss(tile.first), workspace_.row_loss(tile.first + tile.rows), 0.0);
  workspace_.piece_loss(piece) = add ? workspace_.piece_loss(piece) + loss : loss;
}

template <class T>
void Backprop<T>::sum_pieces(Index start, Index size, Index pieces, T* sum) {
  std::copy_n(workspace_.partial(0) + start, size, sum);
  for (Index piece = 1; piece < pieces; ++piece) {
    const T* from = workspace_.partial(piece) + start;
    for (Index e = 0; e < size; ++e) sum[e] += from[e];
  }
}

template void Backprop<float>::by_tiles(team::Member, const Pass&, Stop);
template void Backprop<double>::by_tiles(team::Member, const Pass&, Stop);
template void Backprop<float>::add_to_piece(const Tile&, Index);
template void Backprop<double>::add_to_piece(const Tile&, Index);
template void Backprop<float>::sum_pieces(Index, Index, Index, float*);
template void Backprop<double>::sum_pieces(Index, Index, Index, double*);

}  // namespace rosenblatt
