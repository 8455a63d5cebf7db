// Phase 1 by layers: threads share the neurons of one layer after the other, forward and backward.
#include "training/backprop.hpp"

namespace rosenblatt {

template <class T>
void Backprop<T>::by_layers(team::Member member, const Pass& pass, Stop stop) {
  const Index last = passes_.layer_count() - 1, first_trained = passes_.first_trained();
  const int thread = member.index;
  auto stage = stages_.begin();
  for_each_tile(member, pass, *stage++, stop, [&](const Tile& tile, Index) { passes_.gather(tile); });
  member.barrier.wait();
  for (Index l = passes_.first_layer(); l < last; ++l) {
    for_each_unit(member, pass, passes_.outputs_of(l), *stage++, stop,
                  [&](const Tile& tile, PanelRange neurons) { passes_.forward(tile, l, neurons); });
    member.barrier.wait();
  }
  // The loss needs all outputs of a row, which are few as a rule: from there to the first deltas, threads share rows.
  const auto forward_last = [&](const Tile& tile) {
    passes_.forward(tile, last, all_panels<T>(passes_.outputs_of(last)));
  };
  const auto backward_last = [&](const Tile& tile) {
    if (last > first_trained) passes_.backward(tile, last, all_panels<T>(passes_.outputs_of(last - 1)), thread, 0);
  };
  if (loss_.whole_batch()) {
    for_each_tile(member, pass, *stage++, stop, [&](const Tile& tile, Index) { forward_last(tile); });
    member.barrier.wait();
    if (thread == 0) {
      try {
        if (!stop.stopped) passes_.evaluate_loss(Tile{pass, 0, pass.rows, 0}, 0);
      } catch (...) {
        error_ = std::current_exception();
        stop.stopped = true;
      }
    }
    member.barrier.wait();
    for_each_tile(member, pass, *stage++, stop, [&](const Tile& tile, Index) { backward_last(tile); });
  } else {
    for_each_tile(member, pass, *stage++, stop, [&](const Tile& tile, Index) {
      forward_last(tile);
      passes_.evaluate_loss(tile, thread);
      backward_last(tile);
    });
  }
  for (Index l = last - 1; l > first_trained; --l) {
    member.barrier.wait();
    for_each_unit(member, pass, passes_.outputs_of(l - 1), *stage++, stop,
                  [&](const Tile& tile, PanelRange inputs) { passes_.backward(tile, l, inputs, thread, 0); });
  }
}

template void Backprop<float>::by_layers(team::Member, const Pass&, Stop);
template void Backprop<double>::by_layers(team::Member, const Pass&, Stop);

}  // namespace rosenblatt
