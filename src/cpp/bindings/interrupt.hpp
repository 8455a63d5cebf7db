// Ctrl-C in long C++ loops: a function object that the calling thread polls.
#pragma once

// clang-format off
#include "bindings/checked_names.hpp"
// clang-format on

#include <pybind11/pybind11.h>

#include <optional>

#include "bindings/gil.hpp"
#include "threads/team.hpp"

namespace rosenblatt {

/// `interrupt()` runs Python's signal handlers and returns whether one of them raised an error. Only the calling thread
/// polls it, without holding the GIL. When it returns true, the loop returns, and `interrupt.rethrow()`, called with
/// the GIL, raises that error (by default KeyboardInterrupt). Pass it as `std::ref(interrupt)`, since it stores the
/// error. Python runs handlers only on its main thread; on other threads a poll is cheap and returns false.
class Interrupt {
 public:
  bool operator()() {
    if (error_) return true;
    const HoldGil gil;
    const unsigned forks = team::forks();
    int raised = 0;
    or_park([&raised] { raised = PyErr_CheckSignals(); });
    if (raised == 0 && team::forks() != forks)
      PyErr_SetString(PyExc_RuntimeError, "a signal handler forked this process while several threads were computing");
    if (PyErr_Occurred()) error_.emplace();  // takes the error out of the interpreter
    return error_.has_value();
  }

  void rethrow() const {
    if (error_) throw pybind11::error_already_set(*error_);
  }

 private:
  std::optional<pybind11::error_already_set> error_;
};

}  // namespace rosenblatt
