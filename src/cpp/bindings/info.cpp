// What this module was built with.
#include <Eigen/Core>

#include "bindings/bindings.hpp"

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

std::string eigen() {
  return std::to_string(EIGEN_WORLD_VERSION) + "." + std::to_string(EIGEN_MAJOR_VERSION) + "." +
         std::to_string(EIGEN_MINOR_VERSION);
}

}  // namespace

void bind_info(py::module_& module) {
  module.attr("VERSION") = ROSENBLATT_VERSION;
  module.attr("COMPILER") = compiler();
  module.attr("EIGEN") = eigen();
}

}  // namespace rosenblatt
