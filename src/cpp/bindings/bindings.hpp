// What every binding file shares: pybind11, and the list of topics.
#pragma once

// clang-format off
#include "bindings/checked_names.hpp"
// clang-format on

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "bindings/gil.hpp"

namespace rosenblatt {

namespace py = pybind11;

/// Makes a failed allocation a MemoryError also where pybind11 throws std::runtime_error.
void keep_memory_errors();

void bind_activations(py::module_& module);
void bind_array_function(py::module_& module);
void bind_finite(py::module_& module);
void bind_info(py::module_& module);
void bind_losses(py::module_& module);
void bind_network(py::module_& module);
void bind_optimizers(py::module_& module);
void bind_perceptron(py::module_& module);
void bind_predict(py::module_& module);
void bind_tlu(py::module_& module);
void bind_trainer(py::module_& module);

/// A NumPy array in C order of exactly this type: pybind11 refuses anything that would need a conversion.
template <class T>
using Array = py::array_t<T, py::array::c_style>;

/// A base of bound classes. Where Python made an object by `__new__` alone, pybind11 allocates raw memory in the first
/// call that uses it and goes on; it takes the class's operator new for that, and this one refuses. Bind constructors
/// with init_of, which does not need it.
struct MadeByInit {
  static void* operator new(std::size_t) { throw py::type_error("an object whose __init__ was not called"); }
  static void operator delete(void* pointer) { ::operator delete(pointer); }
};

/// For classes that Python makes: the allocation of an object, which pybind11's own does not check.
inline void check_allocation(PyHeapTypeObject* heap_type) {
  heap_type->ht_type.tp_new = [](PyTypeObject* type, PyObject*, PyObject*) -> PyObject* {
    PyObject* const self = type->tp_alloc(type, 0);
    if (!self) return nullptr;
    try {
      reinterpret_cast<py::detail::instance*>(self)->allocate_layout();
    } catch (const std::exception&) {
      return PyErr_NoMemory();  // without a layout, the object cannot be deallocated
    }
    return self;
  };
}

/// To be bound as __init__, with kConstructor: as py::init of a function that makes a new object of a class C that is
/// MadeByInit. Where pybind11 has no memory to register the object, py::init frees it twice or ends the process.
template <class C, class... Arguments>
auto init_with(C* (*make)(Arguments...)) {
  return [make](py::detail::value_and_holder& self, Arguments... arguments) {
    std::unique_ptr<C> object(make(std::forward<Arguments>(arguments)...));
    self.value_ptr() = object.get();
    try {
      self.type->init_instance(self.inst, nullptr);
    } catch (...) {
      self.value_ptr() = nullptr;
      throw;
    }
    static_cast<void>(object.release());  // `self` owns it
  };
}
inline const py::detail::is_new_style_constructor kConstructor;

/// The same for a constructor of C.
template <class C, class... Arguments>
auto init_of() {
  return init_with(+[](Arguments... arguments) { return ::new C(std::forward<Arguments>(arguments)...); });
}

}  // namespace rosenblatt
