// Numbers as text with a decimal point, whatever the locale.
#pragma once

#include <charconv>
#include <string>

namespace rosenblatt {

/// The number with so many digits after the point.
inline std::string fixed(double number, int digits) {
  char text[400];  // the largest number has 309 digits before the point
  const auto end = std::to_chars(text, text + sizeof text, number, std::chars_format::fixed, digits);
  return {text, end.ptr};
}

/// The shortest text that distinguishes the number from all others.
inline std::string shortest(double number) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, number);
  return {text, end.ptr};
}

}  // namespace rosenblatt
