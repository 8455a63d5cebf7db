// Settings between Python and C++.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bindings/bindings.hpp"
#include "rules/settings.hpp"

namespace rosenblatt {

inline py::str text(std::string_view view) { return py::str(view.data(), view.size()); }

inline py::tuple texts(const std::vector<std::string_view>& views) {
  py::list all;
  for (const std::string_view view : views) all.append(text(view));
  return py::tuple(all);
}

/// The value of a setting as Python reads it.
inline py::object value_of(const SettingInfo& setting) {
  if (setting.kind == SettingKind::list) return py::cast(std::get<std::vector<double>>(setting.value));
  const double number = std::get<double>(setting.value);
  if (setting.kind == SettingKind::boolean) return py::bool_(number != 0.0);
  if (setting.kind == SettingKind::integer) return py::int_(static_cast<std::int64_t>(number));
  return py::float_(number);
}

/// What Python knows of each setting, by its name.
inline py::dict describe(const std::vector<SettingInfo>& settings) {
  py::dict all;
  for (const SettingInfo& setting : settings) {
    const Range& range = setting.range;
    const char* const kinds[] = {"number", "integer", "boolean", "list"};
    const char* const closed[] = {"neither", "right", "left", "both"};
    py::dict entry;
    entry["kind"] = kinds[static_cast<int>(setting.kind)];
    entry["default"] = setting.optional ? py::none() : value_of(setting);
    entry["low"] = range.low;
    entry["high"] = range.high;
    entry["closed"] = closed[2 * range.low_included + range.high_included];
    entry["interval"] = text(range.text);
    entry["optional"] = setting.optional;
    entry["accepted"] = setting.accepted();
    entry["doc"] = text(setting.doc);
    all[text(setting.name)] = entry;
  }
  return all;
}

/// Keyword arguments as settings. None stands for the default of an optional setting. Raises TypeError for an unknown
/// name, and for a value that is neither a number nor a list of numbers.
inline SettingValues take_settings(const std::string& what, const py::dict& given,
                                   const std::vector<SettingInfo>& known) {
  SettingValues values;
  for (const auto& [key, value] : given) {
    const std::string name = py::str(key);
    const auto setting =
        std::find_if(known.begin(), known.end(), [&name = name](const SettingInfo& info) { return info.name == name; });
    if (setting == known.end()) throw py::type_error(unknown_setting(what, name, known));
    if (value.is_none() && setting->optional) continue;
    try {
      values[name] = value.cast<SettingValue>();
    } catch (const py::cast_error&) {
      throw py::type_error(name + ": got " + std::string(py::repr(value)) + ", expected " + setting->accepted());
    }
  }
  return values;
}

}  // namespace rosenblatt
