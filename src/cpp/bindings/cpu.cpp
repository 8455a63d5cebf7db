// Which instruction levels this processor and its operating system support. Compiled for the plain baseline.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <string>
#include <vector>

namespace {

// Best first. The names are those of the x86-64 psABI, spelled as the modules are.
std::vector<std::string> levels() {
#if (defined(__x86_64__) || defined(_M_X64)) && defined(__GNUC__)
  __builtin_cpu_init();
  std::vector<std::string> found;
  const bool v2 = __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt");
  const bool v3 = v2 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                  __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
  const bool v4 = v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                  __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                  __builtin_cpu_supports("avx512vl");
  if (v4) found.emplace_back("x86_64_v4");
  if (v3) found.emplace_back("x86_64_v3");
  if (v2) found.emplace_back("x86_64_v2");
  return found;
#else
  return {"default"};
#endif
}

}  // namespace

PYBIND11_MODULE(cpu, module, pybind11::mod_gil_not_used()) {
  module.doc() = "The processor's instruction levels.";
  module.def("levels", &levels, "Names of the instruction levels that this processor supports, best first.");
}
