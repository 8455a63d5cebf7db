// Hand-overs of the GIL between Python and the engine, also while the interpreter shuts down.
//
// A daemon thread may be in the engine when Python finalizes. From then on it must not run Python again: before Python
// 3.14, a thread that takes the GIL is ended by pthread_exit, which unwinds the stack, through destructors that use
// Python and others that are noexcept; that ends the process with SIGABRT. Such a thread sleeps here instead until the
// process ends. (pybind11's guards do not do that: pybind11 #2215.)
#pragma once

// clang-format off
#include "bindings/checked_names.hpp"
// clang-format on

#include <pybind11/pybind11.h>

#include <chrono>
#include <thread>

#include "threads/subnormals.hpp"

#if defined(__GLIBCXX__)
#include <cxxabi.h>
#endif

namespace rosenblatt {

inline bool is_finalizing() {
#if PY_VERSION_HEX >= 0x030D0000
  return Py_IsFinalizing() != 0;
#else
  return _Py_IsFinalizing() != 0;
#endif
}

/// Stops this thread until the process ends.
[[noreturn]] inline void park() {
  for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
}

#if defined(__GLIBCXX__)
/// call(data), or park. The handler is never left, so that the stack stays as it is, and with it the arrays that other
/// threads of a team still use. (no_sanitize: what is caught is no C++ exception, so that GCC binds the handler's
/// reference to null. noinline: or the caller's sanitizer looks.)
__attribute__((noinline, no_sanitize("null"))) inline void call_or_park(void (*call)(void*), void* data) {
  try {
    call(data);
  } catch (abi::__forced_unwind&) {
    park();
  }
}
#endif

/// call(), which takes the GIL or runs Python; never returns if Python ends this thread.
template <class Call>
void or_park(Call call) {
#if defined(__GLIBCXX__)
  call_or_park([](void* data) { (*static_cast<Call*>(data))(); }, &call);
#else
  call();
#endif
}

/// Releases the GIL while it lives. A thread that has the GIL while Python finalizes is the one that finalizes: it
/// keeps the GIL.
class ReleaseGil {
 public:
  ReleaseGil() : thread_(is_finalizing() ? nullptr : PyEval_SaveThread()) {}
  ~ReleaseGil() {
    if (!thread_) return;
    if (is_finalizing()) park();
    or_park([this] { PyEval_RestoreThread(thread_); });
  }
  ReleaseGil(const ReleaseGil&) = delete;
  ReleaseGil& operator=(const ReleaseGil&) = delete;

 private:
  PyThreadState* const thread_;
};

/// Holds the GIL while it lives, on any thread, for Python code that the engine calls. Python's numbers may be
/// subnormal, also on threads of a training.
class HoldGil {
 public:
  HoldGil() : had_(take()) {}
  ~HoldGil() {
    or_park([this] { PyGILState_Release(had_); });
  }
  HoldGil(const HoldGil&) = delete;
  HoldGil& operator=(const HoldGil&) = delete;

 private:
  static PyGILState_STATE take() {
    if (PyGILState_Check() == 0 && is_finalizing()) park();
    PyGILState_STATE had{};
    or_park([&had] { had = PyGILState_Ensure(); });
    return had;
  }

  const SubnormalMode mode_{Subnormals::kept};
  const PyGILState_STATE had_;
};

/// function(arguments...) for a callback of the engine: Python may end the thread in any Python code, and no frame
/// between here and there may have a destructor that uses Python.
template <class... Arguments>
pybind11::object call_python(const pybind11::object& function, const Arguments&... arguments) {
  PyObject* answer = nullptr;
  or_park([&] { answer = PyObject_CallFunctionObjArgs(function.ptr(), arguments.ptr()..., nullptr); });
  if (!answer) throw pybind11::error_already_set();
  return pybind11::reinterpret_steal<pybind11::object>(answer);
}

}  // namespace rosenblatt
