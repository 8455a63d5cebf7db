// Shuffles with NumPy's bit generators.
#include "random.hpp"

#include <numeric>

#include "bindings/bindings.hpp"
#include "bindings/tables.hpp"

namespace rosenblatt {

void bind_random(py::module_& module) {
  module.def(
      "reshuffle",
      [](Array<std::int64_t>& order, const py::object& generator) {
        if (order.ndim() != 1) reject("order", shape_of(order), "1 dimension");
        check_aligned("order", order);
        if (!py::isinstance(generator, py::module_::import("numpy.random").attr("BitGenerator")))
          throw py::type_error("generator: got " + std::string(py::str(py::type::of(generator).attr("__name__"))) +
                               ", expected a numpy.random.BitGenerator");
        // The capsule does not keep the generator alive, the argument does.
        const py::capsule capsule = generator.attr("capsule");
        const auto* bits = capsule.get_pointer<BitGenerator>();
        const Index size = order.shape(0);
        std::vector<std::int64_t> permutation(static_cast<std::size_t>(size));
        std::iota(permutation.begin(), permutation.end(), 0);
        shuffle(*bits, permutation.data(), size);
        std::int64_t* items = order.mutable_data();
        const std::vector<std::int64_t> before(items, items + size);
        for (Index i = 0; i < size; ++i) items[i] = before[permutation[i]];
      },
      "order <- order[p] with p a random permutation, drawn as RandomState.shuffle(arange(len(order))) draws it.",
      py::arg("order").noconvert(), py::arg("generator"));
}

}  // namespace rosenblatt
