// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/ginkgo_selection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "framework/base/json.h"
#include "framework/base/processes/process.h"

namespace graduand::testing_support {
namespace {

// The names of the cases in what `suites list --json` printed, without those in `but`.
std::vector<std::string> listed_names(const std::string& json_text, const std::vector<std::string>& but) {
  std::vector<std::string> names;
  const auto document = parse_json(json_text, "suites list");
  EXPECT_TRUE(document) << json_text.substr(0, 500);
  if (!document) return names;
  for (const auto& one : array_at(*document, "cases"))
    if (std::find(but.begin(), but.end(), string_at(one, "name")) == but.end()) names.push_back(string_at(one, "name"));
  return names;
}

}  // namespace

GinkgoSelection selected_by_ginkgo(const fs::path& binary, const std::string& filter, const fs::path& folder) {
  const fs::path report = folder / "dry.json";
  ProcessSpec spec;
  spec.argv = {binary.string(), "--ginkgo.dry-run", "--ginkgo.label-filter=" + filter,
               "--ginkgo.json-report=" + report.string()};
  spec.stdout_file = folder / "dry.log";
  EXPECT_TRUE(system_process_runner().run(spec));
  GinkgoSelection found;
  const auto text = read_file(report);
  EXPECT_TRUE(text) << to_string(text.error());
  if (!text) return found;
  const json::value document = parse_json(*text, report.string()).value();
  for (const auto& one : array_at(document.at(0), "SpecReports")) {
    const std::string state = string_at(one, "State");
    if (string_at(one, "LeafNodeType") != "It" || (state != "passed" && state != "pending")) continue;
    std::string name;
    for (const auto& container : array_at(one, "ContainerHierarchyTexts"))
      name += std::string(container.get_string()) + " ";
    (state == "pending" ? found.pending : found.selected).push_back(name + string_at(one, "LeafNodeText"));
  }
  return found;
}

std::size_t expect_ginkgos_selection(const Program& program, const fs::path& binary, const std::string& filter) {
  const auto by_ginkgo = selected_by_ginkgo(binary, filter, program.home());
  const auto listed = program.run({"suites", "list", "--all-specs", "--json", "--label-filter", filter});
  std::vector<std::string> found;
  if (listed.exit_code == 0) found = listed_names(listed.stdout_text, by_ginkgo.pending);
  EXPECT_THAT(found, testing::UnorderedElementsAreArray(by_ginkgo.selected)) << filter;
  return by_ginkgo.selected.size();
}

}  // namespace graduand::testing_support
