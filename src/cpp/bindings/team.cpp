// How many threads there are.
#include "team.hpp"

#include "bindings/bindings.hpp"

namespace rosenblatt {

void bind_team(py::module_& module) {
  module.def("thread_limit", &team::limit, "Threads that this process may use by default.");
}

}  // namespace rosenblatt
