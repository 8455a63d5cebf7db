// What the bindings use of the engine. An instruction level's engine is a library of its own, which exports what is
// marked here and nothing else. Classes with virtual functions that the engine instantiates are marked whole, since
// UndefinedBehaviorSanitizer asks for their types.
#pragma once

#if defined(__GNUC__)
#define ROSENBLATT_API __attribute__((visibility("default")))
#else
#define ROSENBLATT_API
#endif
