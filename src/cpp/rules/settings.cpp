// What is known about settings, their values and the messages about them.
#include "rules/settings.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "base/text.hpp"
#include "rules/names.hpp"

namespace rosenblatt {
namespace {

std::string shown(const SettingValue& value) {
  if (const double* number = std::get_if<double>(&value)) return shortest(*number);
  std::string text;
  for (const double number : std::get<std::vector<double>>(value))
    text += (text.empty() ? "" : ", ") + shortest(number);
  return "[" + text + "]";
}

template <class Value>
constexpr SettingKind kind_of(const Value*) {
  if constexpr (std::is_same_v<Value, bool>) return SettingKind::boolean;
  if constexpr (std::is_integral_v<Value>) return SettingKind::integer;
  return SettingKind::number;
}
constexpr SettingKind kind_of(const std::vector<double>*) { return SettingKind::list; }

/// Throws std::invalid_argument with the message "name: got <value>, expected <accepted>".
[[noreturn]] void refuse(const BoundSetting& setting, const SettingValue& value) {
  throw std::invalid_argument(std::string(setting.name) + ": got " + shown(value) + ", expected " +
                              setting.info().accepted());
}

/// Assigns a number. Whether the setting accepts it.
template <class Value>
bool assign_one(const BoundSetting& setting, Value* member, const SettingValue& given) {
  const double* const number = std::get_if<double>(&given);
  if (!number || !setting.range.accepts(*number)) return false;
  if (std::is_integral_v<Value> && *number != std::floor(*number)) return false;
  *member = static_cast<Value>(*number);
  return true;
}

bool assign_one(const BoundSetting& setting, std::vector<double>* member, const SettingValue& given) {
  const double* const number = std::get_if<double>(&given);
  std::vector<double> list = number ? std::vector<double>{*number} : std::get<std::vector<double>>(given);
  const auto accepted = [&](double one) { return setting.range.accepts(one); };
  if (!std::all_of(list.begin(), list.end(), accepted) || (setting.fits && !setting.fits(list))) return false;
  *member = std::move(list);
  return true;
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

SettingInfo BoundSetting::info() const {
  SettingInfo info{name, SettingKind::number, 0.0, range, requirement, doc, optional};
  const auto read = [&info](const auto* value) {
    info.kind = kind_of(value);
    if constexpr (std::is_same_v<decltype(value), const std::vector<double>*>)
      info.value = *value;
    else
      info.value = static_cast<double>(*value);
  };
  std::visit(read, member);
  return info;
}

std::vector<SettingInfo> infos_of(const std::vector<BoundSetting>& settings) {
  std::vector<SettingInfo> infos;
  for (const BoundSetting& setting : settings) infos.push_back(setting.info());
  return infos;
}

std::string unknown_setting(const std::string& what, std::string_view name, const std::vector<SettingInfo>& known) {
  std::vector<std::string_view> names;
  for (const SettingInfo& info : known) names.push_back(info.name);
  return what + ": got " + quoted(name) + ", expected " + one_of(names);
}

void assign_values(const std::vector<BoundSetting>& settings, const std::string& what, const SettingValues& values) {
  std::size_t found = 0;
  for (const BoundSetting& setting : settings) {
    const auto given = values.find(setting.name);
    if (given == values.end()) continue;
    ++found;
    const auto accepts = [&, &value = given->second](auto* member) { return assign_one(setting, member, value); };
    if (!std::visit(accepts, setting.member)) refuse(setting, given->second);
  }
  if (found == values.size()) return;
  for (const auto& [name, value] : values) {
    const auto same = [&name = name](const BoundSetting& setting) { return setting.name == name; };
    if (std::none_of(settings.begin(), settings.end(), same))
      throw std::invalid_argument(unknown_setting(what, name, infos_of(settings)));
  }
}

}  // namespace rosenblatt
