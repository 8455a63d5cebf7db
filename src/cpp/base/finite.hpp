// Checks that numbers are finite.
#pragma once

#include "base/api.hpp"
#include "base/types.hpp"

namespace rosenblatt {

/// Returns whether none of `size` numbers is NaN or infinite.
template <class T>
ROSENBLATT_API bool all_finite(const T* numbers, Index size);

extern template bool all_finite(const float*, Index);
extern template bool all_finite(const double*, Index);

}  // namespace rosenblatt
