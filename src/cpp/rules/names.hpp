// Lists of names in error messages, and the names in a list of rules.
#pragma once

#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace rosenblatt {

inline std::string quoted(std::string_view name) { return "'" + std::string(name) + "'"; }

/// "one of 'a', 'b'", or "'a'", or "none".
template <class Names>
std::string one_of(const Names& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + quoted(name);
  if (text.empty()) return "none";
  return (names.size() > 1 ? "one of " : "") + text;
}

template <class List>
struct NamesOf;

template <class... Rules>
struct NamesOf<std::tuple<Rules...>> {
  static std::vector<std::string_view> get() { return {Rules::name...}; }
};

/// The names in a list of rules, in its order.
template <class List>
std::vector<std::string_view> names_of() {
  return NamesOf<List>::get();
}

/// Calls visit with a new instance of each rule in a list.
template <class... Rules, class Visit>
void for_each_rule(std::tuple<Rules...>*, Visit&& visit) {
  (visit(Rules{}), ...);
}
template <class List, class Visit>
void for_each_rule(Visit&& visit) {
  for_each_rule(static_cast<List*>(nullptr), visit);
}

}  // namespace rosenblatt
