// What every binding file shares: pybind11, and the list of topics.
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <string>
#include <tuple>

namespace rosenblatt {

namespace py = pybind11;

void bind_activations(py::module_& module);
void bind_info(py::module_& module);
void bind_network(py::module_& module);
void bind_perceptron(py::module_& module);
void bind_predict(py::module_& module);
void bind_random(py::module_& module);
void bind_team(py::module_& module);
void bind_tlu(py::module_& module);
void bind_trainer(py::module_& module);

/// A NumPy array in C order of exactly this type: pybind11 refuses anything that would need a conversion.
template <class T>
using Array = py::array_t<T, py::array::c_style>;

/// The names in a list of rules.
template <class List>
struct Entries;

template <class... Rules>
struct Entries<std::tuple<Rules...>> {
  static py::tuple names() { return py::make_tuple(std::string(Rules::name)...); }
};

}  // namespace rosenblatt
