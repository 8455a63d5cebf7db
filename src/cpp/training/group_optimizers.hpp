// The optimizers of the parameter groups: copies of one optimizer, with factors of learning rate and weight decay.
#pragma once

#include <memory>
#include <vector>

#include "model/network.hpp"
#include "rules/optimizers/optimizer.hpp"
#include "training/options.hpp"

namespace rosenblatt {

/// Groups with the same factors have one copy in common. By default all groups have the factor 1 of the learning rate,
/// only weights decay, and the optimizer itself serves all of them.
template <class T>
class GroupOptimizers {
 public:
  /// What updates the parameters of a group.
  struct Update {
    const Optimizer<T>* optimizer;
    bool decays;
  };

  GroupOptimizers(Optimizer<T>& optimizer, const Network<T>& network, const TrainingOptions& options)
      : updates_(network.layers().size() * kParameterKinds) {
    const std::vector<ParameterGroup> groups = network.groups();
    for (std::size_t g = 0; g < groups.size(); ++g) {
      const bool weights = groups[g].kind == ParameterKind::weights;
      const double rate = options.learning_rate_factors.empty() ? 1.0 : options.learning_rate_factors[g];
      const double decay =
          options.weight_decay_factors.empty() ? (weights ? 1.0 : 0.0) : options.weight_decay_factors[g];
      updates_[index(groups[g].layer, groups[g].kind)] = {with_factors(optimizer, rate, decay), decay != 0.0};
    }
  }

  void begin_step(std::int64_t t, double learning_rate, double weight_decay) {
    for (Copy& copy : copies_) copy.optimizer->begin_step(t, learning_rate * copy.rate, weight_decay * copy.decay);
  }

  const Update& of(Index layer, ParameterKind kind) const { return updates_[index(layer, kind)]; }

 private:
  static std::size_t index(Index layer, ParameterKind kind) {
    return static_cast<std::size_t>(layer) * kParameterKinds + static_cast<std::size_t>(kind);
  }

  /// The copy with these factors; where nothing decays, a copy that decays serves as well.
  const Optimizer<T>* with_factors(Optimizer<T>& optimizer, double rate, double decay) {
    for (Copy& copy : copies_)
      if (copy.rate == rate && (copy.decay == decay || decay == 0.0)) return copy.optimizer;
    if (copies_.empty()) {
      copies_.push_back({&optimizer, rate, decay});
    } else {
      owned_.push_back(optimizer.clone());
      copies_.push_back({owned_.back().get(), rate, decay});
    }
    return copies_.back().optimizer;
  }

  struct Copy {
    Optimizer<T>* optimizer;
    double rate, decay;
  };
  std::vector<Copy> copies_;
  std::vector<std::unique_ptr<Optimizer<T>>> owned_;
  std::vector<Update> updates_;  // by layer and kind
};

}  // namespace rosenblatt
