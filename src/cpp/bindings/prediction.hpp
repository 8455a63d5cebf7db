// What the bindings of predictions share: arguments in, an array out, and the lock of Python in between.
#pragma once

#include "bindings/interrupt.hpp"
#include "bindings/tables.hpp"
#include "model/prediction.hpp"

namespace rosenblatt {

/// Computes a prediction into arrays of Python's. With `only_ready`, the result is None where X is not as the engine
/// takes it, or holds NaN or infinity: the caller then converts it, or says what is wrong. So an X that is ready is
/// read once.
template <class T>
py::object predict_into(const NetworkView<T>& network, const TableArgument<T>& x, PredictionPolicy policy,
                        const PredictionOutputs<T>& to, const py::object& result) {
  PredictionResult outcome = PredictionResult::ok;
  // A short prediction keeps Python's lock: releasing it costs more than other threads gain, and Ctrl-C need not wait.
  if (is_short(network, x.view().rows)) {
    outcome = predict(network, x.view(), policy, to);
  } else {
    Interrupt interrupt;
    policy.should_stop = std::ref(interrupt);
    {
      const ReleaseGil release;
      outcome = predict(network, x.view(), policy, to);
    }
    interrupt.rethrow();
  }
  if (outcome == PredictionResult::not_finite) return py::none();
  return result;
}

}  // namespace rosenblatt
