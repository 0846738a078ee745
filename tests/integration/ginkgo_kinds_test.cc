// SPDX-License-Identifier: Apache-2.0
// Every kind of spec and container that Ginkgo knows (tests/ginkgo/kinds), against what the ginkgo command says of
// them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "framework/base/json.h"
#include "framework/base/text.h"
#include "framework/catalogue/labels/label_filter.h"
#include "framework/results/try_id.h"
#include "tests/integration/program.h"
#include "tests/paths.h"

namespace graduand {
namespace {

using results::Outcome;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing_support::Program;

// By name; of specs with one name, in the order in which they are defined.
using Outcomes = std::map<std::string, std::vector<Outcome>>;

fs::path built(const std::string& name) {
  return fs::path(testing_support::binary_dir()) / "bin" / "test-suites" / "ginkgo" / name;
}

Outcome outcome_of(const json::value& spec) {
  static const std::map<std::string, Outcome> outcomes = {
      {"passed", Outcome::kPassed},     {"failed", Outcome::kFailed},   {"panicked", Outcome::kFailed},
      {"timedout", Outcome::kTimedOut}, {"pending", Outcome::kSkipped}, {"skipped", Outcome::kSkipped}};
  const std::string state = string_at(spec, "State");
  // Without a reason nobody skipped it: the suite's time was up.
  if (state == "skipped" && string_at(spec, "Failure.Message").empty()) return Outcome::kNotRun;
  const auto found = outcomes.find(state);
  EXPECT_TRUE(found != outcomes.end()) << state;
  return found == outcomes.end() ? Outcome::kInfraError : found->second;
}

class GinkgoKinds : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(state_);
    program_.set_environment("GRADUAND_CACHE", (fs::path(testing_support::binary_dir()) / "ginkgo-cache").string());
    program_.set_environment("GRADUAND_SUITES", (dir_.path() / "suites").string());
    program_.set_environment("KINDS_STATE", state_.string());
    use("ginkgo_kinds.test");
    profile_ = program_.write("none.yaml", "name: none\nprovider: none\nkubernetes: v1.34.3\n");
  }
  // Those that hang have the label Slow, and little time.
  void use(const std::string& binary) {
    program_.write("suites/kinds/suite.yaml",
                   "name: kinds\nkind: ginkgo\nsig: sig-testing\ntime-limit: 60s\nslow-time-limit: 2s\nbinaries:\n"
                   "  v1.34: {path: \"" +
                       built(binary).string() +
                       "\"}\nfeatures:\n  - name: Beta\n    gates: [PodLifecycleSleepAction]\n"
                       "    specs: {patterns: ['^Plain passes$']}\n");
  }
  ProcessResult run(std::vector<std::string> more) {
    std::vector<std::string> arguments = {"run",         "--profile", profile_.string(), "--output",
                                          out_.string(), "--suite",   "kinds",           "--all-specs"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return program_.run(arguments, std::chrono::minutes(5));
  }
  std::vector<results::Attempt> attempts() const { return results::read_run_directory(out_).value().attempts; }
  Outcomes outcomes() const {
    std::map<std::string, std::map<std::string, Outcome>> by_name;
    for (const results::Attempt& attempt : attempts())
      if (results::attempt_of_try(attempt.id).empty()) by_name[attempt.case_name][attempt.case_id] = attempt.outcome;
    Outcomes all;
    for (const auto& [name, by_id] : by_name)
      for (const auto& [id, outcome] : by_id) all[name].push_back(outcome);
    return all;
  }
  // What the command says of the specs that it selects.
  Outcomes ginkgo(const std::vector<std::string>& arguments, const std::string& filter) {
    ProcessSpec spec;
    spec.argv = {built("ginkgo").string(),
                 "--no-color",
                 "--seed=1",
                 "--json-report=report.json",
                 "--output-dir=" + dir_.path().string(),
                 "--label-filter=" + filter};
    spec.argv.insert(spec.argv.end(), arguments.begin(), arguments.end());
    spec.argv.push_back(built("ginkgo_kinds.test").string());
    spec.environment = {{"KINDS_STATE", state_.string()}};
    spec.stdout_file = dir_.path() / "ginkgo.log";
    EXPECT_TRUE(system_process_runner().run(spec));
    const auto text = read_file(dir_.path() / "report.json");
    EXPECT_TRUE(text);
    std::map<std::string, std::vector<std::pair<std::int64_t, Outcome>>> by_name;
    if (!text) return {};
    const auto label_filter = catalogue::LabelFilter::parse(filter).value();
    const auto document = parse_json(*text).value();
    for (const auto& one : array_at(document.at(0), "SpecReports")) {
      if (string_at(one, "LeafNodeType") != "It" || !label_filter.matches(labels_of(one))) continue;
      std::string name;
      for (const auto& container : array_at(one, "ContainerHierarchyTexts"))
        name += std::string(container.get_string()) + " ";
      by_name[name + string_at(one, "LeafNodeText")].emplace_back(int_at(one, "LeafNodeLocation.LineNumber"),
                                                                  outcome_of(one));
    }
    Outcomes all;
    for (auto& [name, specs] : by_name) {
      std::stable_sort(specs.begin(), specs.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
      for (const auto& [line, outcome] : specs) all[name].push_back(outcome);
    }
    return all;
  }
  static std::vector<std::string> labels_of(const json::value& spec) {
    std::vector<std::string> labels = strings_of(array_at(spec, "LeafNodeLabels"));
    for (const auto& of_container : array_at(spec, "ContainerHierarchyLabels"))
      if (of_container.is_array())
        for (const std::string& label : strings_of(of_container)) labels.push_back(label);
    return labels;
  }
  // A run that was killed after so many records.
  void keep_records(std::size_t records) {
    const std::string text = read_file(out_ / "attempts.jsonl").value();
    std::string kept;
    for (const std::string& line : split(text, '\n')) {
      if (line.find("\"type\":\"attempt\"") != std::string::npos && records-- == 0) break;
      if (!line.empty()) kept += line + "\n";
    }
    ASSERT_TRUE(write_file_atomically(out_ / "attempts.jsonl", kept));
  }

  TempDir dir_ = TempDir::create("kinds").value();
  fs::path state_ = dir_.path() / "state";
  Program program_{dir_.path()};
  fs::path out_ = dir_.path() / "out";
  fs::path profile_;
};

// The ginkgo command ends a whole suite by its time limit, so that it is asked for those that hang one by one.
TEST_F(GinkgoKinds, EndAsGinkgoItselfSays) {
  const std::string others = "!hangs && !exits";
  Outcomes expected = ginkgo({}, others);
  ASSERT_GT(expected.size(), 70u);
  Outcomes in_parallel = ginkgo({"--procs=3"}, others);
  for (auto& [name, list] : in_parallel) {
    auto serially = expected.at(name);
    std::sort(serially.begin(), serially.end());
    std::sort(list.begin(), list.end());
    EXPECT_EQ(list, serially) << name << ": no oracle";
  }
  for (const char* name : {"Plain hangs$", "deaf to interruption", "in the middle one hangs"})
    for (const auto& [hanging, list] : ginkgo({"--timeout=2s", "--focus", name}, "hangs"))
      if (std::any_of(list.begin(), list.end(), [](Outcome one) { return one != Outcome::kNotRun; }) ||
          hanging.find("comes last") != std::string::npos)
        expected[hanging] = list;
  ASSERT_THAT(expected.at("Ordered, and in the middle one hangs, hangs"), ElementsAre(Outcome::kTimedOut));
  // A process that is gone leaves ginkgo without a report.
  const std::string exits = "Ordered, and in the middle one exits, ";
  expected[exits + "comes first"] = {Outcome::kPassed};
  expected[exits + "exits"] = {Outcome::kCrashed};
  expected[exits + "comes last"] = {Outcome::kNotRun};
  for (const bool shared : {false, true}) {
    out_ = dir_.path() / (shared ? "shared" : "isolated");
    std::vector<std::string> arguments = {"--procs", "4", "--no-history"};
    if (shared) arguments.push_back("--share-processes");
    const auto result = run(arguments);
    EXPECT_EQ(result.exit_code, 1) << result.stderr_text;
    const Outcomes found = outcomes();
    for (const auto& [name, list] : expected) {
      ASSERT_TRUE(found.count(name)) << name;
      EXPECT_EQ(found.at(name), list) << name << (shared ? ", shared" : ", isolated");
    }
    EXPECT_EQ(found.size(), expected.size());
  }
}

TEST_F(GinkgoKinds, AFilterMayLeaveAPartOfAContainer) {
  for (const char* filter : {"odd", "even", "odd || even"}) {
    out_ = dir_.path() / filter;
    run({"--label-filter", filter, "--no-history"});
    EXPECT_EQ(outcomes(), ginkgo({}, filter)) << filter;
  }
}

TEST_F(GinkgoKinds, AContainerHasARecordOfEachSpecAndOneProcess) {
  run({"--case", "Ordered comes first", "--case", "Ordered comes second", "--case", "Ordered comes third", "--repeat",
       "2", "--procs", "4", "--no-history"});
  const auto recorded = attempts();
  ASSERT_EQ(recorded.size(), 6u);
  std::set<std::string> outputs;
  for (const results::Attempt& attempt : recorded) {
    EXPECT_EQ(attempt.outcome, Outcome::kPassed) << attempt.id << ": " << attempt.reason;
    outputs.insert(attempt.stdout_path);
  }
  EXPECT_EQ(outputs.size(), 2u) << "a process for each repeat";
}

TEST_F(GinkgoKinds, AContainerThatWasHalfRecordedIsRunWholeAndRecordedOnce) {
  const std::vector<std::string> which = {"--label-filter", "even || odd", "--no-history"};
  for (const std::size_t kept : {0u, 1u, 2u}) {
    out_ = dir_.path() / std::to_string(kept);
    run(which);
    ASSERT_EQ(attempts().size(), 3u);
    keep_records(kept);
    program_.run({"run", "--resume", out_.string(), "--no-history"});
    std::set<std::string> ids;
    for (const results::Attempt& attempt : attempts()) ids.insert(attempt.id);
    EXPECT_EQ(attempts().size(), 3u);
    EXPECT_EQ(ids.size(), 3u);
    // The third says so when the second was not there.
    EXPECT_THAT(outcomes().at("Ordered, with labels on the third"), ElementsAre(Outcome::kFailed));
    EXPECT_THAT(outcomes().at("Ordered, with labels on the second"), ElementsAre(Outcome::kPassed));
  }
}

TEST_F(GinkgoKinds, ATryThatWasRecordedBeforeAKillStays) {
  const std::string history = (dir_.path() / "history.db").string();
  run({"--case", "Plain passes at its second try", "--history", history});
  ASSERT_EQ(attempts().size(), 2u);
  keep_records(1);
  const auto resumed =
      program_.run({"run", "--resume", out_.string(), "--history", (dir_.path() / "other.db").string()});
  EXPECT_EQ(resumed.exit_code, 1) << resumed.stderr_text;
  std::vector<std::string> ends;
  for (const results::Attempt& attempt : attempts()) ends.push_back(attempt.id.substr(attempt.id.find("try/1") + 5));
  EXPECT_THAT(ends, ElementsAre("/try-1", "/try-2", ""));
}

TEST_F(GinkgoKinds, AFocusInTheCodeIsSaidWhenSpecsAreListed) {
  use("ginkgo_focused.test");
  const auto result = run({"--no-history"});
  EXPECT_EQ(result.exit_code, 2) << result.stderr_text;
  EXPECT_THAT(result.stderr_text, HasSubstr("a focus was left in its code"));
  EXPECT_THAT(result.stderr_text, HasSubstr("'Forgotten is in the focus' at"));
  EXPECT_FALSE(fs::exists(out_));
}

}  // namespace
}  // namespace graduand
