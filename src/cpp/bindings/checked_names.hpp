// To be included before pybind11, which does not check whether there was memory for the name of an argument.
#pragma once

#include <Python.h>

#include <new>

namespace rosenblatt {

/// As Python's function of that name, but throws where that one returns null.
inline PyObject* intern_name(const char* name) {
  PyObject* const interned = PyUnicode_InternFromString(name);
  if (!interned) throw std::bad_alloc();
  return interned;
}

}  // namespace rosenblatt

#define PyUnicode_InternFromString ::rosenblatt::intern_name
