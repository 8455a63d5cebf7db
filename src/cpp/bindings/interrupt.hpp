// Ctrl-C during a computation that has released the GIL.
#pragma once

#include <functional>

#include "bindings/bindings.hpp"

namespace rosenblatt {

/// A callback that runs Python's signal handlers and says whether one of them raised. The exception stays set: after
/// the computation, with the GIL held, throw py::error_already_set(). Handlers run on the main thread alone; elsewhere
/// the callback is empty. To be made while the GIL is held, and called on the same thread.
inline std::function<bool()> signals() {
  const py::object threading = py::module_::import("threading");
  if (!threading.attr("current_thread")().is(threading.attr("main_thread")())) return {};
  return [] {
    const py::gil_scoped_acquire gil;
    return PyErr_CheckSignals() != 0;
  };
}

}  // namespace rosenblatt
