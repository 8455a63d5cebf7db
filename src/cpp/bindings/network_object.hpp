// The network as Python holds it.
#pragma once

#include "bindings/bindings.hpp"
#include "model/network.hpp"

namespace rosenblatt {

template <class T>
struct NetworkObject : MadeByInit, Network<T> {
  using Network<T>::Network;
};

}  // namespace rosenblatt
