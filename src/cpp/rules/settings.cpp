// The messages about settings.
#include "rules/settings.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <stdexcept>

#include "rules/names.hpp"

namespace rosenblatt {
namespace {

/// The number with 6 digits, or with as many as distinguish it from all others.
std::string shown(double number) {
  std::string text;
  for (int digits = 6; digits <= std::numeric_limits<double>::max_digits10; ++digits) {
    std::ostringstream stream;
    stream.precision(digits);
    stream << number;
    text = stream.str();
    if (std::isnan(number) || std::strtod(text.c_str(), nullptr) == number) break;
  }
  return text;
}

std::string shown(const SettingValue& value) {
  if (const double* number = std::get_if<double>(&value)) return shown(*number);
  std::string text;
  for (const double number : std::get<std::vector<double>>(value)) text += (text.empty() ? "" : ", ") + shown(number);
  return "[" + text + "]";
}

}  // namespace

std::string SettingInfo::accepted() const {
  const std::string interval(range.text), end = optional ? " or None" : "";
  switch (kind) {
    case SettingKind::boolean:
      return "True or False" + end;
    case SettingKind::integer:
      return "an integer in " + interval + end;
    case SettingKind::number:
      return "a number in " + interval + end;
    case SettingKind::list:
      break;
  }
  return "numbers in " + interval + (requirement.empty() ? "" : ", " + std::string(requirement)) + end;
}

void refuse_setting(const SettingInfo& setting, const SettingValue& value) {
  throw std::invalid_argument(std::string(setting.name) + ": got " + shown(value) + ", expected " + setting.accepted());
}

std::string unknown_setting(const std::string& what, std::string_view name, const std::vector<SettingInfo>& known) {
  std::vector<std::string_view> names;
  for (const SettingInfo& info : known) names.push_back(info.name);
  return what + ": got " + quoted(name) + ", expected " + one_of(names);
}

void check_names(const std::string& what, const SettingValues& values, const std::vector<SettingInfo>& known) {
  for (const auto& [name, value] : values) {
    const auto same = [&name = name](const SettingInfo& info) { return info.name == name; };
    if (std::none_of(known.begin(), known.end(), same)) throw std::invalid_argument(unknown_setting(what, name, known));
  }
}

}  // namespace rosenblatt
