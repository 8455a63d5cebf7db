// Memory for arrays of any size.
#pragma once

#include <cstddef>

#include "base/api.hpp"

namespace rosenblatt::memory {

/// Memory that is aligned to a cache line. Throws std::bad_alloc.
void* allocate(std::size_t bytes);
ROSENBLATT_API void release(void* memory);

}  // namespace rosenblatt::memory
