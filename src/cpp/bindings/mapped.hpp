// Loops over the numbers of an array, whatever its shape.
#pragma once

#include <vector>

#include "bindings/tables.hpp"

namespace rosenblatt {

/// Numbers up to which a call keeps the GIL: it is over before another thread would have it.
inline constexpr Index kShortCall = 1000;

/// loop(z), as a new array.
template <class T, class Loop>
py::array_t<T> mapped(const Array<T>& z, Loop loop) {
  check_aligned("z", z);
  py::array_t<T> result(std::vector<py::ssize_t>(z.shape(), z.shape() + z.ndim()));
  const T* const from = z.data();
  T* const to = result.mutable_data();
  const Index size = z.size();
  if (size <= kShortCall) {
    loop(from, to, size);
  } else {
    const ReleaseGil release;
    loop(from, to, size);
  }
  return result;
}

/// Whether an object is an array, of no derived class, that needs no conversion.
template <class T>
bool is_ready(py::handle object) {
  return Py_TYPE(object.ptr()) == py::detail::npy_api::get().PyArray_Type_ && Array<T>::check_(object) &&
         is_aligned(py::reinterpret_borrow<py::array>(object));
}

}  // namespace rosenblatt
