// What this module was built with, and how many threads there are.
#include "bindings/bindings.hpp"
#include "threads/team.hpp"

namespace rosenblatt {
namespace {

std::string compiler() {
#if defined(__clang__)
  return "Clang " __clang_version__;
#elif defined(__GNUC__)
  return "GCC " __VERSION__;
#else
  return "unknown";
#endif
}

}  // namespace

void bind_info(py::module_& module) {
  module.attr("VERSION") = ROSENBLATT_VERSION;
  module.attr("COMPILER") = compiler();
  module.attr("EIGEN") = ROSENBLATT_EIGEN;
  module.def("thread_limit", &team::limit, "Threads that this process may use by default.");
}

}  // namespace rosenblatt
