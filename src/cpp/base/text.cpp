// Conversion by std::to_chars, which knows no locale.
#include "base/text.hpp"

#include <charconv>

namespace rosenblatt {

std::string fixed(double number, int digits) {
  char text[400];  // the largest number has 309 digits before the point
  const auto end = std::to_chars(text, text + sizeof text, number, std::chars_format::fixed, digits);
  return {text, end.ptr};
}

std::string shortest(double number) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, number);
  return {text, end.ptr};
}

}  // namespace rosenblatt
