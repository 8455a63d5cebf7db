// all_finite: checks that arrays hold finite numbers only, without a temporary array.
#include "base/finite.hpp"

#include "bindings/tables.hpp"

namespace rosenblatt {
namespace {

template <class T>
void bind(py::module_& module, const char* name) {
  module.def(
      name,
      [](const Array<T>& numbers) {
        check_aligned("numbers", numbers);
        const ReleaseGil release;
        return all_finite(numbers.data(), numbers.size());
      },
      "Return whether none of the numbers is NaN or infinite.", py::arg("numbers").noconvert());
}

}  // namespace

void bind_finite(py::module_& module) {
  bind<float>(module, "all_finite32");
  bind<double>(module, "all_finite64");
}

}  // namespace rosenblatt
