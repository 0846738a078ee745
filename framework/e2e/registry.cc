// SPDX-License-Identifier: Apache-2.0
#include "framework/e2e/registry.h"

#include <algorithm>
#include <set>

#include "framework/catalogue/need.h"
#include "framework/e2e/phased_case.h"

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
  cases().push_back({identifier, std::move(options), relative_to_sources(file), line, factory, {}, false});
  return static_cast<int>(cases().size());
}

int register_step(const char* case_identifier, const char* identifier, const PhasedCaseOptions& phased,
                  const Binding& binding, StepOptions options, const char* file, int line,
                  testing::Test* (*factory)()) {
  using When = catalogue::StepBinding::When;
  const std::string prefix = std::string(case_identifier) + "/";
  CaseOptions merged;
  merged.name = phased.name + ": " + options.name;
  merged.description = phased.description;
  merged.features = phased.features;
  merged.labels = phased.labels;
  merged.needs = phased.needs;
  merged.needs.insert(merged.needs.end(), options.needs.begin(), options.needs.end());
  merged.time_limit = options.time_limit;
  if (merged.time_limit.count() == 0)
    merged.time_limit = binding.when == When::kThroughout ? seconds(3600) : seconds(120);
  merged.expected_duration = options.expected_duration;
  merged.serial = options.serial;
  register_case((prefix + identifier).c_str(), std::move(merged), file, line, factory);
  RegisteredCase& registered = cases().back();
  registered.step = {case_identifier, binding.when, binding.after, {}};
  for (const std::string& used : options.uses) registered.step.uses.push_back(prefix + used);
  registered.speaks_for_flipped_gates = phased.speaks_for_flipped_gates;
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
  info.speaks_for_flipped_gates = registered.speaks_for_flipped_gates;
  if (registered.step.is_step()) {
    info.step = registered.step;
    info.step.phased_case = case_id(suite, registered.step.phased_case);
    for (std::string& used : info.step.uses) used = case_id(suite, used);
  }
  info.file = registered.file;
  info.line = registered.line;
  return info;
}

const RegisteredCase* find_case(std::string_view suite, std::string_view id) {
  for (const auto& registered : cases())
    if (case_id(suite, registered.identifier) == id) return &registered;
  return nullptr;
}

namespace {

// Only steps above can be used, so that no two wait for each other.
Status check_uses(const RegisteredCase& registered, const std::vector<RegisteredCase>& all) {
  const std::string where = registered.file + ":" + std::to_string(registered.line);
  for (const std::string& used : registered.step.uses) {
    const auto end = all.begin() + (&registered - all.data());
    const auto found =
        std::find_if(all.begin(), end, [&](const RegisteredCase& one) { return one.identifier == used; });
    if (found == end)
      return fail(ErrorKind::kUsage, "the step '" + registered.identifier + "' uses '" + used + "'", where,
                  "name a step of the same case that stands above it");
    if (found->step.when == catalogue::StepBinding::When::kThroughout)
      return fail(ErrorKind::kUsage, "the step '" + registered.identifier + "' uses '" + used + "'", where,
                  "that one goes throughout, and ends after it");
  }
  return {};
}

}  // namespace

Status check_registry(const std::vector<RegisteredCase>& all) {
  if (all.empty()) return fail(ErrorKind::kUsage, "the suite has no case");
  std::set<std::string> seen;
  for (const auto& registered : all) {
    const std::string where = registered.file + ":" + std::to_string(registered.line);
    if (!seen.insert(case_id("", registered.identifier)).second)
      return fail(ErrorKind::kUsage, "case '" + registered.identifier + "' has the same id as another", where);
    GRADUAND_TRY(check_uses(registered, all));
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
