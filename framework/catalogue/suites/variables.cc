// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/suites/variables.h"

#include <algorithm>
#include <cstdlib>

#include "framework/base/files.h"

namespace graduand::catalogue {
namespace {

// Calls `text` with what is between placeholders, and `name` with the placeholders' names, in order.
void walk(std::string_view all, const std::function<void(std::string_view)>& text,
          const std::function<void(std::string_view)>& name) {
  std::size_t done = 0;
  for (std::size_t open = all.find('{'); open != std::string_view::npos; open = all.find('{', open + 1)) {
    const std::size_t close = all.find_first_not_of("abcdefghijklmnopqrstuvwxyz-", open + 1);
    if (close == std::string_view::npos || all[close] != '}' || close == open + 1) continue;
    text(all.substr(done, open - done));
    name(all.substr(open + 1, close - open - 1));
    done = close + 1;
  }
  text(all.substr(done));
}

}  // namespace

std::optional<std::string> environment_variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value != nullptr && *value != '\0') return std::string(value);
  if (name == "GRADUAND_CACHE") return user_cache_dir().string();
  return std::nullopt;
}

Result<std::string> with_variables(std::string_view text) {
  std::string filled(text);
  for (std::size_t at = filled.find("${"); at != std::string::npos; at = filled.find("${", at)) {
    const std::size_t end = filled.find('}', at);
    if (end == std::string::npos) break;
    const std::string name = filled.substr(at + 2, end - at - 2);
    const auto value = environment_variable(name);
    if (!value) return fail(ErrorKind::kNotFound, "the environment variable " + name + " is not set");
    filled.replace(at, end + 1 - at, *value);
    at += value->size();
  }
  return filled;
}

std::vector<std::string> placeholders_in(std::string_view text) {
  std::vector<std::string> names;
  walk(text, [](std::string_view) {}, [&](std::string_view name) { names.emplace_back(name); });
  return names;
}

std::string fill_placeholders(std::string_view text, const std::map<std::string, std::string>& values) {
  std::string filled;
  walk(
      text, [&](std::string_view between) { filled += between; },
      [&](std::string_view name) {
        const auto value = values.find(std::string(name));
        filled += value == values.end() ? "{" + std::string(name) + "}" : value->second;
      });
  return filled;
}

}  // namespace graduand::catalogue
