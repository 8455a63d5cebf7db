// The settings of a rule: their names, places, defaults and accepted values, for whoever offers the rule by name.
#pragma once

#include <limits>
#include <string_view>

namespace rosenblatt {

/// The numbers that a setting accepts.
struct Range {
  double low, high;
  bool low_included, high_included;
  std::string_view text;
  bool boolean = false;

  bool accepts(double x) const {
    if (boolean) return x == 0.0 || x == 1.0;
    return (low_included ? x >= low : x > low) && (high_included ? x <= high : x < high);  // NaN is in no range
  }
};

namespace range {
inline constexpr double kInfinity = std::numeric_limits<double>::infinity();
inline constexpr Range kBelowOne{0.0, 1.0, true, false, "[0, 1)"};
inline constexpr Range kUpToOne{0.0, 1.0, true, true, "[0, 1]"};
inline constexpr Range kPositive{0.0, kInfinity, false, false, "(0, inf)"};
inline constexpr Range kNotNegative{0.0, kInfinity, true, false, "[0, inf)"};
inline constexpr Range kBoolean{0.0, 1.0, true, true, "True or False", true};
}  // namespace range

/// One setting of a rule. As long as nobody has written to it, `value` points to its default.
struct Setting {
  std::string_view name;
  double* value;
  Range accepted;
  std::string_view doc;
};

}  // namespace rosenblatt
