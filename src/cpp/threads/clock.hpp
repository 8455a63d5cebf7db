// The clock that threads measure their waits and their work with.
#pragma once

#include <chrono>
#include <cstdint>

namespace rosenblatt {

/// Nanoseconds of a clock that never goes back.
inline std::int64_t now() { return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1); }

}  // namespace rosenblatt
