// Arguments that hold data, which are checked before the GIL is released.
#pragma once

#include <limits>
#include <string>

#include "base/types.hpp"
#include "bindings/bindings.hpp"

namespace rosenblatt {

/// Raises ValueError with the message "argument: got <received>, expected <accepted>".
[[noreturn]] inline void reject(const std::string& argument, const std::string& received, const std::string& accepted) {
  throw py::value_error(argument + ": got " + received + ", expected " + accepted);
}

template <class T>
std::string shape_of(const Array<T>& array) {
  std::string text = "shape (";
  for (py::ssize_t d = 0; d < array.ndim(); ++d)
    text += std::to_string(array.shape(d)) + (d + 1 < array.ndim() ? ", " : "");
  return text + ")";
}

/// The C++ object of a Python argument.
template <class C>
C& instance_of(const char* argument, const py::object& object) {
  if (!py::isinstance<C>(object))
    throw py::type_error(argument + std::string(": got ") +
                         std::string(py::str(py::type::of(object).attr("__name__"))) + ", expected " +
                         std::string(py::str(py::type::of<C>().attr("__name__"))));
  return object.cast<C&>();
}

/// The attribute of an object; null if it has none. (py::hasattr also answers that if memory has run out.)
inline py::object attribute(const py::object& object, const char* name) {
  auto found = py::reinterpret_steal<py::object>(PyObject_GetAttrString(object.ptr(), name));
  if (found) return found;
  if (PyErr_ExceptionMatches(PyExc_AttributeError) == 0) throw py::error_already_set();
  PyErr_Clear();
  return found;
}

/// An argument that is a C-ordered array of exactly this type.
template <class T>
Array<T> take(const std::string& argument, const py::handle& object) {
  if (!py::isinstance<Array<T>>(object))
    reject(argument, py::str(py::type::of(object).attr("__name__")),
           "a C-ordered array of " + std::string(py::str(py::dtype::of<T>())));
  return py::reinterpret_borrow<Array<T>>(object);
}

/// A new array of these numbers. (py::array's constructor that copies numbers does not notice that memory ran out.)
template <class T>
Array<T> copy_of(const T* numbers, std::initializer_list<Index> shape) {
  Array<T> copy(std::vector<py::ssize_t>(shape.begin(), shape.end()));
  std::copy_n(numbers, copy.size(), copy.mutable_data());
  return copy;
}

/// NumPy arrays may start at any address, but C++ may not read numbers from an unaligned one.
inline bool is_aligned(const py::array& array) {
  return reinterpret_cast<std::uintptr_t>(array.data()) % static_cast<std::size_t>(array.itemsize()) == 0;
}

inline void check_aligned(const std::string& argument, const py::array& array) {
  if (!is_aligned(array)) reject(argument, "an array that is not aligned in memory", "an aligned copy of it");
}

template <class T>
void check_shape(const std::string& argument, const Array<T>& array, std::initializer_list<Index> shape) {
  bool same = array.ndim() == static_cast<py::ssize_t>(shape.size());
  py::ssize_t d = 0;
  std::string accepted = "shape (";
  for (const Index size : shape) {
    same = same && array.shape(d) == size;
    accepted += (d++ ? ", " : "") + std::to_string(size);
  }
  if (!same) reject(argument, shape_of(array), accepted + ")");
  check_aligned(argument, array);
}

/// Whether TableArgument accepts `x` as a dense array with so many columns.
template <class T>
bool is_row_major(const py::object& x, Index columns) {
  if (!py::isinstance<Array<T>>(x)) return false;
  const auto array = py::reinterpret_borrow<Array<T>>(x);
  return array.ndim() == 2 && array.shape(1) == columns && is_aligned(array);
}

/// A view of a dense array or CSR matrix that keeps its Python arrays alive.
template <class T>
class TableArgument {
 public:
  /// `x` is a C-ordered array (rows, columns) of T, or a CSR matrix or array of T with 32-bit column indices.
  explicit TableArgument(const py::object& x) {
    if (py::isinstance<py::array>(x)) {
      if (!py::isinstance<Array<T>>(x)) reject("X", describe(x), "a C-ordered array of " + dtype());
      data_ = py::reinterpret_borrow<Array<T>>(x);
      if (data_.ndim() != 2) reject("X", shape_of(data_), "2 dimensions");
      check_aligned("X", data_);
      view_.rows = data_.shape(0);
      view_.columns = data_.shape(1);
      view_.dense = data_.data();
    } else if (attribute(x, "indptr")) {
      take_csr(x);
    } else {
      reject("X", describe(x), "an array or a CSR matrix");
    }
  }

  const Table<T>& view() const { return view_; }

  /// To be called again in each call that uses a stored table: Python may have changed the arrays in between.
  void check_entries() const {
    if (!view_.sparse()) return;
    const std::int64_t* p = view_.indptr;
    if (p[0] != 0) reject("X.indptr", std::to_string(p[0]) + " first", "0");
    if (p[view_.rows] > data_.shape(0))
      reject("X.indptr", std::to_string(p[view_.rows]) + " last",
             "at most " + std::to_string(data_.shape(0)) + ", the length of X.data");
    for (Index r = 0; r < view_.rows; ++r)
      if (p[r] > p[r + 1])
        reject("X.indptr", std::to_string(p[r]) + " before " + std::to_string(p[r + 1]), "no decrease");
    for (Index e = 0; e < p[view_.rows]; ++e) {
      const std::int32_t column = view_.indices[e];
      if (column < 0 || column >= view_.columns)
        reject("X.indices", std::to_string(column), "from 0 to " + std::to_string(view_.columns - 1));
    }
  }

 private:
  static std::string dtype() { return py::str(py::dtype::of<T>()); }
  static std::string describe(const py::object& x) {
    std::string text = py::str(py::type::of(x).attr("__name__"));
    if (const py::object dtype = attribute(x, "dtype")) text += " of " + std::string(py::str(dtype));
    return text;
  }

  void take_csr(const py::object& x) {
    const py::object format = attribute(x, "format");
    if (!format || std::string(py::str(format)) != "csr") reject("X", describe(x), "an array or a CSR matrix");
    const py::object data = x.attr("data"), indices = x.attr("indices");
    if (!py::isinstance<Array<T>>(data)) reject("X.data", describe(data), "a C-ordered array of " + dtype());
    if (!py::isinstance<Array<std::int32_t>>(indices)) reject("X.indices", describe(indices), "an array of int32");
    data_ = py::reinterpret_borrow<Array<T>>(data);
    indices_ = py::reinterpret_borrow<Array<std::int32_t>>(indices);
    indptr_ = py::array_t<std::int64_t, py::array::c_style | py::array::forcecast>(x.attr("indptr"));
    const auto shape = x.attr("shape").cast<std::pair<Index, Index>>();
    constexpr Index kMost = std::numeric_limits<Index>::max() - 1;
    if (shape.first < 0 || shape.second < 0 || shape.first > kMost)
      reject("X.shape", py::str(x.attr("shape")), "the shape of a matrix");
    check_shape<std::int64_t>("X.indptr", py::reinterpret_borrow<Array<std::int64_t>>(indptr_), {shape.first + 1});
    if (data_.ndim() != 1) reject("X.data", shape_of(data_), "1 dimension");
    check_aligned("X.data", data_);
    check_shape("X.indices", indices_, {data_.shape(0)});
    view_.rows = shape.first;
    view_.columns = shape.second;
    view_.values = data_.data();
    view_.indices = indices_.data();
    view_.indptr = indptr_.data();
    check_entries();
  }

  Array<T> data_;
  Array<std::int32_t> indices_;
  py::array_t<std::int64_t, py::array::c_style | py::array::forcecast> indptr_;
  Table<T> view_;
};

}  // namespace rosenblatt
