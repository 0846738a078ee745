// SPDX-License-Identifier: Apache-2.0
#include "framework/report/case_names.h"

#include <algorithm>
#include <cctype>

namespace graduand::report {
namespace {

std::string suite_of(const std::string& id) {
  return id.substr(0, id.find('/'));
}

bool belongs_to_a_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '/' || c == '.';
}

}  // namespace

CaseNames::CaseNames(std::vector<std::string> ids) : ids_(std::move(ids)) {
  if (ids_.empty()) return;
  const std::string suite = suite_of(ids_.front());
  if (std::all_of(ids_.begin(), ids_.end(),
                  [&](const std::string& id) { return id.size() > suite.size() + 1 && suite_of(id) == suite; }))
    suite_ = suite;
  std::sort(ids_.begin(), ids_.end(), [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() > b.size() : a < b;
  });
}

std::string CaseNames::of(const std::string& id) const {
  return suite_.empty() || suite_of(id) != suite_ ? id : id.substr(suite_.size() + 1);
}

std::string CaseNames::in(std::string_view text) const {
  if (suite_.empty()) return std::string(text);
  const std::string prefix = suite_ + "/";
  std::string out;
  std::size_t at = 0;
  for (std::size_t found = text.find(prefix); found != std::string_view::npos; found = text.find(prefix, found + 1)) {
    if (found > 0 && belongs_to_a_name(text[found - 1])) continue;
    const auto known = std::find_if(ids_.begin(), ids_.end(), [&](const std::string& id) {
      const std::size_t end = found + id.size();
      return text.substr(found, id.size()) == id && (end == text.size() || !belongs_to_a_name(text[end]));
    });
    if (known == ids_.end()) continue;
    out += text.substr(at, found - at);
    at = found + prefix.size();
  }
  return out + std::string(text.substr(at));
}

}  // namespace graduand::report
