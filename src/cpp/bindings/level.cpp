// The module of one instruction level: it brings the engine into the process, and has no contents of its own.
#include <Python.h>

#define ROSENBLATT_TEXT_OF(name) #name
#define ROSENBLATT_TEXT(name) ROSENBLATT_TEXT_OF(name)
#define ROSENBLATT_JOINED_OF(a, b) a##b
#define ROSENBLATT_JOINED(a, b) ROSENBLATT_JOINED_OF(a, b)

namespace {

PyModuleDef definition = {PyModuleDef_HEAD_INIT,
                          ROSENBLATT_TEXT(ROSENBLATT_LEVEL),
                          "rosenblatt's engine, compiled for one instruction level; bindings has its functions.",
                          0,
                          nullptr,
                          nullptr,
                          nullptr,
                          nullptr,
                          nullptr};

}  // namespace

PyMODINIT_FUNC ROSENBLATT_JOINED(PyInit_, ROSENBLATT_LEVEL)() { return PyModuleDef_Init(&definition); }
