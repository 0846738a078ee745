// SPDX-License-Identifier: Apache-2.0
#include "framework/e2e/registry.h"

#include <algorithm>
#include <set>

#include "framework/catalogue/need.h"

namespace graduand::e2e {
namespace {

// A function's static, since cases register themselves before main in an unknown order.
std::vector<RegisteredCase>& cases() {
  static std::vector<RegisteredCase> all;
  return all;
}

}  // namespace

std::string relative_to_sources(std::string_view file) {
  constexpr std::string_view kHere = __FILE__;
  constexpr std::string_view kBelow = "framework/e2e/registry.cc";
  static_assert(kHere.size() >= kBelow.size());
  const std::string_view root = kHere.substr(0, kHere.size() - kBelow.size());
  if (!root.empty() && file.substr(0, root.size()) == root) file.remove_prefix(root.size());
  return std::string(file);
}

int register_case(const char* identifier, CaseOptions options, const char* file, int line,
                  testing::Test* (*factory)()) {
  if (options.disruptive) options.serial = true;
  cases().push_back({identifier, std::move(options), relative_to_sources(file), line, factory});
  return static_cast<int>(cases().size());
}

const std::vector<RegisteredCase>& registered_cases() {
  return cases();
}

std::string case_id(std::string_view suite, std::string_view identifier) {
  std::string id(identifier);
  std::replace(id.begin(), id.end(), '_', '-');
  return std::string(suite) + "/" + id;
}

catalogue::CaseInfo case_info(std::string_view suite, const RegisteredCase& registered) {
  catalogue::CaseInfo info;
  info.suite = std::string(suite);
  info.id = case_id(suite, registered.identifier);
  info.name = registered.options.name;
  info.description = registered.options.description;
  info.features = registered.options.features;
  info.labels = registered.options.labels;
  info.needs = registered.options.needs;
  info.time_limit = registered.options.time_limit;
  info.expected_duration = registered.options.expected_duration;
  info.serial = registered.options.serial;
  info.disruptive = registered.options.disruptive;
  info.file = registered.file;
  info.line = registered.line;
  return info;
}

const RegisteredCase* find_case(std::string_view suite, std::string_view id) {
  for (const auto& registered : cases())
    if (case_id(suite, registered.identifier) == id) return &registered;
  return nullptr;
}

Status check_registry(const std::vector<RegisteredCase>& all) {
  if (all.empty()) return fail(ErrorKind::kUsage, "the suite has no case");
  std::set<std::string> seen;
  for (const auto& registered : all) {
    const std::string where = registered.file + ":" + std::to_string(registered.line);
    if (!seen.insert(case_id("", registered.identifier)).second)
      return fail(ErrorKind::kUsage, "case '" + registered.identifier + "' has the same id as another", where);
    for (const auto& text : registered.options.needs)
      if (auto need = catalogue::Need::parse(text); !need) {
        auto error = need.error();
        error.where = where;
        return fail_with_context(std::move(error), "case '" + registered.identifier + "'");
      }
  }
  return {};
}

json::object catalogue_json(std::string_view suite) {
  json::array list;
  for (const auto& registered : cases()) list.push_back(case_info(suite, registered).to_json());
  return {{"suite", suite}, {"revision", build_revision()}, {"cases", std::move(list)}};
}

}  // namespace graduand::e2e
