// The translation of C++ exceptions that pybind11's own does not suit.
#include <exception>
#include <stdexcept>

#include "bindings/bindings.hpp"

namespace rosenblatt {

// Where Python has no memory for a list, a tuple or a number, it has set MemoryError, and pybind11 throws a runtime
// error about it ("Could not allocate list object!").
void keep_memory_errors() {
  py::register_local_exception_translator(
      [](std::exception_ptr thrown) {  // NOLINT(performance-unnecessary-value-param)
        try {
          if (thrown) std::rethrow_exception(thrown);
        } catch (const std::runtime_error&) {
          if (!PyErr_Occurred()) throw;
        }
      });
}

}  // namespace rosenblatt
