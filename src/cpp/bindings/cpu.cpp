// Which instruction levels this processor and its operating system support. Compiled for the plain baseline. Bound by
// CPython's own interface: the module takes 20 kB, with pybind11 151 kB.
#include <Python.h>

namespace {

// Best first. The names are those of the x86-64 psABI, spelled as the modules are; every processor has "default".
PyObject* levels(PyObject*, PyObject*) {
#if (defined(__x86_64__) || defined(_M_X64)) && defined(__GNUC__)
  __builtin_cpu_init();
  const bool v2 = __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt");
  const bool v3 = v2 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                  __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
  const bool v4 = v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                  __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                  __builtin_cpu_supports("avx512vl");
  if (v4) return Py_BuildValue("[ssss]", "x86_64_v4", "x86_64_v3", "x86_64_v2", "default");
  if (v3) return Py_BuildValue("[sss]", "x86_64_v3", "x86_64_v2", "default");
  if (v2) return Py_BuildValue("[ss]", "x86_64_v2", "default");
#endif
  return Py_BuildValue("[s]", "default");
}

PyMethodDef functions[] = {
    {"levels", levels, METH_NOARGS,
     "levels()\n--\n\nNames of the instruction levels that this processor supports, best first."},
    {nullptr, nullptr, 0, nullptr}};

PyModuleDef definition = {PyModuleDef_HEAD_INIT,
                          "cpu",
                          "The processor's instruction levels.",
                          0,
                          functions,
                          nullptr,
                          nullptr,
                          nullptr,
                          nullptr};

}  // namespace

PyMODINIT_FUNC PyInit_cpu() { return PyModuleDef_Init(&definition); }
