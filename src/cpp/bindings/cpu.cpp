// Which instruction levels this processor and its operating system support. Compiled for the plain baseline, and bound
// by Python's own interface: one function takes 20 kB so, and 151 kB with pybind11.
#include <Python.h>

namespace {

// Best first. The names are those of the x86-64 psABI, spelled as the modules are.
PyObject* levels(PyObject*, PyObject*) {
#if (defined(__x86_64__) || defined(_M_X64)) && defined(__GNUC__)
  __builtin_cpu_init();
  const bool v2 = __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt");
  const bool v3 = v2 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                  __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
  const bool v4 = v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                  __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                  __builtin_cpu_supports("avx512vl");
  if (v4) return Py_BuildValue("[sss]", "x86_64_v4", "x86_64_v3", "x86_64_v2");
  if (v3) return Py_BuildValue("[ss]", "x86_64_v3", "x86_64_v2");
  if (v2) return Py_BuildValue("[s]", "x86_64_v2");
  return PyList_New(0);
#else
  return Py_BuildValue("[s]", "default");
#endif
}

PyMethodDef functions[] = {
    {"levels", levels, METH_NOARGS,
     "levels()\n--\n\nNames of the instruction levels that this processor supports, best first."},
    {nullptr, nullptr, 0, nullptr}};

PyModuleDef_Slot slots[] = {
#if PY_VERSION_HEX >= 0x030D0000
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, nullptr}};

PyModuleDef definition = {PyModuleDef_HEAD_INIT,
                          "cpu",
                          "The processor's instruction levels.",
                          0,
                          functions,
                          slots,
                          nullptr,
                          nullptr,
                          nullptr};

}  // namespace

PyMODINIT_FUNC PyInit_cpu() { return PyModuleDef_Init(&definition); }
