// ArrayFunction: what Python's activation functions derive from, so that a call is one of C. For an array that needs no
// conversion it takes 0.2 us; by a method of Python and pybind11 it would take 1.4.
#include "bindings/mapped.hpp"
#include "rules/activations.hpp"

namespace rosenblatt {
namespace {

// NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): CPython allocates it, and no constructor runs
struct ArrayFunction {
  PyObject_HEAD;
  Activation<float> in_float32;
  Activation<double> in_float64;
};

/// The result of a body of C++ code as CPython expects it: null where an exception was thrown.
template <class Body>
PyObject* guarded(Body&& body) {
  try {
    return body();
  } catch (py::error_already_set& error) {
    error.restore();
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
  } catch (const std::exception& error) {
    PyErr_SetString(PyExc_ValueError, error.what());
  }
  return nullptr;
}

PyObject* make(PyTypeObject* type, PyObject* args, PyObject* kwargs) {
  return guarded([&]() -> PyObject* {
    const char* const names[] = {"name", nullptr};
    const char* name = nullptr;
    if (PyArg_ParseTupleAndKeywords(args, kwargs, "s", const_cast<char**>(names), &name) == 0) return nullptr;
    const auto in_float32 = Activation<float>::find(name);
    const auto in_float64 = Activation<double>::find(name);
    auto* const self = reinterpret_cast<ArrayFunction*>(type->tp_alloc(type, 0));
    if (self == nullptr) return nullptr;
    new (&self->in_float32) Activation<float>(in_float32);
    new (&self->in_float64) Activation<double>(in_float64);
    return reinterpret_cast<PyObject*>(self);
  });
}

PyObject* call(PyObject* object, PyObject* args, PyObject* kwargs) {
  return guarded([&]() -> PyObject* {
    if ((kwargs == nullptr || PyDict_GET_SIZE(kwargs) == 0) && PyTuple_GET_SIZE(args) == 1) {
      const py::handle z = PyTuple_GET_ITEM(args, 0);
      const auto& self = *reinterpret_cast<const ArrayFunction*>(object);
      if (is_ready<float>(z))
        return mapped(py::reinterpret_borrow<Array<float>>(z), self.in_float32.forward).release().ptr();
      if (is_ready<double>(z))
        return mapped(py::reinterpret_borrow<Array<double>>(z), self.in_float64.forward).release().ptr();
    }
    const py::object convert = attribute(py::reinterpret_borrow<py::object>(object), "_call_converted");
    if (!convert) reject("z", "what needs a conversion", "a C-ordered and aligned array of float32 or float64");
    PyObject* answer = nullptr;
    or_park([&] { answer = PyObject_Call(convert.ptr(), args, kwargs); });
    return answer;
  });
}

}  // namespace

void bind_array_function(py::module_& module) {
  static char doc[] =
      "ArrayFunction(name)\n--\n\nThe activation function of that name: a call with an array returns f(z). What needs "
      "a conversion goes to the method _call_converted of a derived class.";
  PyType_Slot slots[] = {{Py_tp_doc, doc},
                         {Py_tp_new, reinterpret_cast<void*>(make)},
                         {Py_tp_call, reinterpret_cast<void*>(call)},
                         {0, nullptr}};
  PyType_Spec spec{"rosenblatt._core.ArrayFunction", sizeof(ArrayFunction), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
                   slots};
  const auto type = py::reinterpret_steal<py::object>(PyType_FromSpec(&spec));
  if (!type) throw py::error_already_set();
  module.attr("ArrayFunction") = type;
}

}  // namespace rosenblatt
