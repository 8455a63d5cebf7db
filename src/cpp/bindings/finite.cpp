// all_finite: checks that arrays hold finite numbers only, without a temporary array.
#include "base/finite.hpp"

#include "bindings/bindings.hpp"

namespace rosenblatt {
namespace {

template <class T>
void bind(py::module_& module, const char* name) {
  module.def(
      name, [](const Array<T>& numbers) { return all_finite(numbers.data(), numbers.size()); },
      "Return whether none of the numbers is NaN or infinite.", py::arg("numbers").noconvert(),
      py::call_guard<py::gil_scoped_release>());
}

}  // namespace

void bind_finite(py::module_& module) {
  bind<float>(module, "all_finite32");
  bind<double>(module, "all_finite64");
}

}  // namespace rosenblatt
