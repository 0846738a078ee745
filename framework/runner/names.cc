// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/names.h"

#include <fmt/format.h>

#include <algorithm>

#include "framework/base/random.h"
#include "framework/base/text.h"

namespace graduand::runner {
namespace {

bool is_alnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// Not for secrets: names that differ must differ here too, but for chance.
std::string hash8(const std::string& text) {
  return fmt::format("{:016x}", derive_seed(0, text, 0)).substr(0, 8);
}

// The last part of the case id as a piece of a DNS label.
std::string short_case(const std::string& case_id) {
  constexpr std::size_t kLongest = 28;
  std::string label;
  for (const char c : to_lower(case_id.substr(case_id.rfind('/') + 1))) {
    if (is_alnum(c)) {
      label += c;
    } else if (!label.empty() && label.back() != '-') {
      label += '-';
    }
  }
  label.resize(std::min(label.size(), kLongest));
  while (!label.empty() && label.back() == '-') label.pop_back();
  return label.empty() ? "case" : label;
}

}  // namespace

std::string path_name(std::string_view text) {
  constexpr std::size_t kLongest = 100;
  std::string name;
  bool ambiguous = text.empty() || text.front() == '.';
  for (const char* taken : {"__", "_/", "/_"}) ambiguous = ambiguous || text.find(taken) != std::string_view::npos;
  for (const char c : text) {
    if (c == '/') {
      name += "__";
    } else if (is_alnum(c) || c == '.' || c == '_' || c == '-') {
      name += c;
    } else {
      name += '-';
      ambiguous = true;
    }
  }
  if (!name.empty() && name.front() == '.') name.front() = '-';
  if (name.size() > kLongest) {
    name.resize(kLongest);
    ambiguous = true;
  }
  return ambiguous ? name + "-" + hash8(std::string(text)) : name;
}

std::string namespace_name(const std::string& run_id, const std::string& instance_id, const std::string& case_id,
                           const std::string& attempt_id, int number) {
  return fmt::format("gr-{}-{}-{}-{}", hash8(run_id), short_case(case_id), hash8(instance_id + "\n" + attempt_id),
                     number);
}

std::string one_line(std::string_view text, std::size_t limit) {
  std::string line = printable(trim(text));
  std::replace_if(line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  return shorten(line, limit);
}

}  // namespace graduand::runner
