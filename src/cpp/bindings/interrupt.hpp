// Ctrl-C for long C++ loops: a functor that a loop polls on the thread that called it from Python.
#pragma once

#include <pybind11/pybind11.h>

#include <optional>

namespace rosenblatt {

/// Polled without the GIL, by the calling thread alone: `interrupt()` lets Python run its signal handlers and says
/// whether one of them raised. The loop then returns in good order, and `interrupt.rethrow()`, under the GIL, raises
/// what the handler raised (KeyboardInterrupt, by default). Hand it on as `std::ref(interrupt)`, since it keeps that
/// error. Python runs handlers on its main thread only; on any other thread a poll costs little and answers false.
class Interrupt {
 public:
  bool operator()() {
    if (error_) return true;
    const pybind11::gil_scoped_acquire gil;
    if (PyErr_CheckSignals() != 0) error_.emplace();  // takes the error out of the interpreter
    return error_.has_value();
  }

  void rethrow() const {
    if (error_) throw pybind11::error_already_set(*error_);
  }

 private:
  std::optional<pybind11::error_already_set> error_;
};

}  // namespace rosenblatt
