// Numbers as text with a decimal point, whatever the locale.
#pragma once

#include <string>

namespace rosenblatt {

/// The number with so many digits after the point.
std::string fixed(double number, int digits);

/// The shortest text that distinguishes the number from all others.
std::string shortest(double number);

}  // namespace rosenblatt
