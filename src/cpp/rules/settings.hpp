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

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/api.hpp"

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
inline constexpr Range kBetweenOneAndTwo{1.0, 2.0, false, false, "(1, 2)"};
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
  ROSENBLATT_API std::string accepted() const;
};

/// Where an owner keeps the value of a setting.
using SettingMember = std::variant<double*, bool*, int*, std::ptrdiff_t*, std::uint64_t*, std::vector<double>*>;

/// A setting of one owner. Functions of settings take this type, which does not depend on the owner's, so that they are
/// compiled once: compiled for each loss, optimizer and number type, they took 80 kB of a level.
struct BoundSetting {
  std::string_view name;
  SettingMember member;
  Range range;
  std::string_view doc;
  bool optional;
  std::string_view requirement;
  bool (*fits)(const std::vector<double>&);

  SettingInfo info() const;
};

template <class Owner, class Base, class Value>
BoundSetting bind(Owner& owner, const Setting<Base, Value>& setting) {
  BoundSetting bound{setting.name,     &(owner.*setting.member), setting.range, setting.doc,
                     setting.optional, setting.requirement,      nullptr};
  if constexpr (std::is_same_v<Value, std::vector<double>>) bound.fits = setting.fits;
  return bound;
}

template <class Owner>
[[gnu::cold]] std::vector<BoundSetting> bound_settings(Owner& owner) {
  const auto all = [&](const auto&... settings) { return std::vector<BoundSetting>{bind(owner, settings)...}; };
  return std::apply(all, Owner::settings());
}

ROSENBLATT_API std::vector<SettingInfo> infos_of(const std::vector<BoundSetting>& settings);

/// The settings of an owner, in order.
template <class Owner>
std::vector<SettingInfo> setting_infos(Owner owner) {
  return infos_of(bound_settings(owner));
}

/// The message "what: got 'name', expected one of <the names of known>".
ROSENBLATT_API std::string unknown_setting(const std::string& what, std::string_view name,
                                           const std::vector<SettingInfo>& known);

ROSENBLATT_API void assign_values(const std::vector<BoundSetting>& settings, const std::string& what,
                                  const SettingValues& values);

/// Assigns the given values to the members that they name. Throws std::invalid_argument for a name that is not a
/// setting of the owner, with a message that begins with `what`, and for a value that its setting does not accept.
template <class Owner>
void assign(Owner& owner, const std::string& what, const SettingValues& values) {
  if (!values.empty()) assign_values(bound_settings(owner), what, values);
}

}  // namespace rosenblatt
