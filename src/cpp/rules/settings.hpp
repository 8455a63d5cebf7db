// Settings: the numbers that users choose by keyword, of losses, of optimizers and of training.
//
// An owner lists its settings by pointers to its members, so that hot loops read plain members:
//
//     struct Huber {
//       double delta = 1.0;  // the default
//       static constexpr auto settings() {
//         return std::make_tuple(Setting{"delta", &Huber::delta, range::kPositive, "..."});
//       }
//     };
#pragma once

#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <variant>
#include <vector>

namespace rosenblatt {

/// The numbers that a setting accepts.
struct Range {
  double low, high;
  bool low_included, high_included;
  std::string_view text;

  constexpr bool accepts(double x) const {  // NaN is in no range
    return (low_included ? x >= low : x > low) && (high_included ? x <= high : x < high);
  }
};

namespace range {
inline constexpr double kInfinity = std::numeric_limits<double>::infinity();
inline constexpr double kLargestInteger = 9007199254740992.0;  // 2^53: every integer up to it is a double
inline constexpr Range kBelowOne{0.0, 1.0, true, false, "[0, 1)"};
inline constexpr Range kUpToOne{0.0, 1.0, true, true, "[0, 1]"};
inline constexpr Range kBetweenZeroAndOne{0.0, 1.0, false, false, "(0, 1)"};
inline constexpr Range kPositive{0.0, kInfinity, false, false, "(0, inf)"};
inline constexpr Range kPositiveOrInfinite{0.0, kInfinity, false, true, "(0, inf]"};
inline constexpr Range kNotNegative{0.0, kInfinity, true, false, "[0, inf)"};
inline constexpr Range kBoolean{0.0, 1.0, true, true, "{0, 1}"};
inline constexpr Range kCount{1.0, kLargestInteger, true, true, "[1, 2^53]"};
inline constexpr Range kInteger{0.0, kLargestInteger, true, true, "[0, 2^53]"};
inline constexpr Range kInteger32{0.0, 2147483647.0, true, true, "[0, 2^31)"};
}  // namespace range

/// A value as it comes from the user: a number (booleans are 0 or 1), or a list of numbers.
using SettingValue = std::variant<double, std::vector<double>>;
using SettingValues = std::map<std::string, SettingValue, std::less<>>;

/// One setting: a boolean, an integer, a floating-point number, or a list of floating-point numbers.
template <class Owner, class Value>
struct Setting {
  std::string_view name;
  Value Owner::* member;
  Range range;  // of the number, or of each number in the list
  std::string_view doc;
  bool optional = false;                 // whether None is accepted, for the default
  bool (*fits)(const Value&) = nullptr;  // what is required of a list as a whole, ...
  std::string_view requirement = {};     // ... in words
};

template <class Owner, class Value, class... Rest>
Setting(std::string_view, Value Owner::*, Range, Rest...) -> Setting<Owner, Value>;

enum class SettingKind { number, integer, boolean, list };

/// What is known about a setting, and its value in an owner.
struct SettingInfo {
  std::string_view name;
  SettingKind kind;
  SettingValue value;
  Range range;
  std::string_view requirement, doc;
  bool optional;

  /// What the setting accepts, in words.
  std::string accepted() const;
};

template <class Value>
constexpr SettingKind kind_of() {
  if constexpr (std::is_same_v<Value, bool>) return SettingKind::boolean;
  if constexpr (std::is_integral_v<Value>) return SettingKind::integer;
  return std::is_same_v<Value, double> ? SettingKind::number : SettingKind::list;
}

template <class Owner, class Base, class Value>
SettingInfo info_of(const Owner& owner, const Setting<Base, Value>& setting) {
  SettingValue value;
  if constexpr (kind_of<Value>() == SettingKind::list)
    value = owner.*setting.member;
  else
    value = static_cast<double>(owner.*setting.member);
  return {setting.name,        kind_of<Value>(), std::move(value), setting.range,
          setting.requirement, setting.doc,      setting.optional};
}

/// The settings of an owner, in order.
template <class Owner>
std::vector<SettingInfo> setting_infos(const Owner& owner) {
  const auto all = [&](const auto&... settings) { return std::vector<SettingInfo>{info_of(owner, settings)...}; };
  return std::apply(all, Owner::settings());
}

/// Throws std::invalid_argument with the message "name: got <value>, expected <accepted>".
[[noreturn]] void refuse_setting(const SettingInfo& setting, const SettingValue& value);
/// The message "what: got 'name', expected one of <the names of known>".
std::string unknown_setting(const std::string& what, std::string_view name, const std::vector<SettingInfo>& known);
/// Throws std::invalid_argument with that message unless each value has the name of a setting.
void check_names(const std::string& what, const SettingValues& values, const std::vector<SettingInfo>& known);

/// Whether a setting accepts a value, which is assigned then.
template <class Owner, class Base, class Value>
bool assign_one(Owner& owner, const Setting<Base, Value>& setting, const SettingValue& given) {
  const double* const number = std::get_if<double>(&given);
  if constexpr (kind_of<Value>() == SettingKind::list) {
    Value list = number ? Value{*number} : std::get<Value>(given);
    for (const double one : list)
      if (!setting.range.accepts(one)) return false;
    if (setting.fits && !setting.fits(list)) return false;
    owner.*setting.member = std::move(list);
  } else {
    if (!number || !setting.range.accepts(*number)) return false;
    if (kind_of<Value>() != SettingKind::number && *number != std::floor(*number)) return false;
    owner.*setting.member = static_cast<Value>(*number);
  }
  return true;
}

/// Assigns the given values to the members that they name. Throws std::invalid_argument for a name that is not a
/// setting of the owner, with a message that begins with `what`, and for a value that its setting does not accept.
template <class Owner>
void assign(Owner& owner, const std::string& what, const SettingValues& values) {
  std::size_t found = 0;
  const auto assign_if_given = [&](const auto& setting) {
    const auto given = values.find(setting.name);
    if (given == values.end()) return;
    ++found;
    if (!assign_one(owner, setting, given->second)) refuse_setting(info_of(owner, setting), given->second);
  };
  std::apply([&](const auto&... settings) { (assign_if_given(settings), ...); }, Owner::settings());
  if (found < values.size()) check_names(what, values, setting_infos(owner));
}

}  // namespace rosenblatt
