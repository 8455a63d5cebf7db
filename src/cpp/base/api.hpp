// What the bindings call of the engine. An instruction level's engine is a library of its own, which exports what is
// marked here and nothing else.
#pragma once

#if defined(__GNUC__)
#define ROSENBLATT_API __attribute__((visibility("default")))
#else
#define ROSENBLATT_API
#endif
