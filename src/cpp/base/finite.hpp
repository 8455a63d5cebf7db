// Whether numbers are finite.
#pragma once

#include "base/types.hpp"

namespace rosenblatt {

/// Whether none of so many numbers is NaN or infinite.
template <class T>
bool all_finite(const T* numbers, Index size);

extern template bool all_finite(const float*, Index);
extern template bool all_finite(const double*, Index);

}  // namespace rosenblatt
