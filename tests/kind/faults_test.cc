// SPDX-License-Identifier: Apache-2.0
// What happens to a run when its cluster is taken away, when it is stopped, and when it is killed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/base/json.h"
#include "framework/base/processes/child_pool.h"
#include "framework/base/text.h"
#include "tests/integration/program.h"

namespace graduand {
namespace {

using results::Outcome;
using testing::HasSubstr;
using testing_support::Program;

class Faults : public testing::Test {
 protected:
  TempDir dir_ = TempDir::create("faults").value();
  Program program_{dir_.path()};
  fs::path out_ = dir_.path() / "out";

  // One node at v1.33.13, in as many cells as names.
  fs::path profile(const std::vector<std::string>& cells) {
    std::string text = "name: faults\nkubernetes: v1.33.13\nmatrix:\n";
    for (const auto& cell : cells)
      text += "  - name: " + cell + "\n    gates: {PodLifecycleSleepAction: true, InPlacePodVerticalScaling: " +
              (cell == cells.front() ? "true" : "false") + "}\n";
    return program_.write("faults.yaml", text);
  }

  // Cases of several seconds, so that there is something under way to be struck.
  ProcessSpec run_call(const std::vector<std::string>& cells) {
    return program_.spec({"run", "--profile", profile(cells).string(), "--label-filter",
                          "FeatureGate:PodLifecycleSleepAction && !Serial", "--procs", "4", "--output", out_.string()});
  }

  std::vector<std::string> node_containers() {
    const auto clusters = parse_json(program_.run({"cluster", "list", "--json"}).stdout_text);
    std::vector<std::string> nodes;
    if (!clusters) return nodes;
    for (const auto& cluster : array_at(*clusters, "clusters"))
      nodes.push_back(string_at(cluster, "name") + "-control-plane");
    return nodes;
  }

  // Starts `call` and returns when its stderr had a line with `text`.
  void start_and_wait_for(ProcessSpec call, const std::string& text, milliseconds limit = std::chrono::minutes(4)) {
    bool seen = false;
    call.on_stderr_line = [&seen, text](std::string_view line) { seen = seen || line.find(text) != line.npos; };
    const auto deadline = system_clock().steady_now() + limit;
    ASSERT_TRUE(pool_.start(std::move(call)));
    while (!seen && system_clock().steady_now() < deadline)
      if (auto early = pool_.wait_next(milliseconds(100))) FAIL() << "ended early: " << early->result.stderr_text;
    ASSERT_TRUE(seen) << text;
  }

  ProcessResult finish(milliseconds limit = std::chrono::minutes(6)) {
    auto finished = pool_.wait_next(limit);
    if (finished) return std::move(finished->result);
    ADD_FAILURE() << "the program did not end";
    return {};
  }

  void docker(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "docker");
    const auto result = system_process_runner().run({.argv = arguments});
    ASSERT_TRUE(result && result->ok()) << (result ? result->stderr_text : to_string(result.error()));
  }

  ProcessPool pool_;
};

TEST_F(Faults, AKilledNodeIsInfrastructureAndTheNextCellGoesOn) {
  start_and_wait_for(run_call({"first", "second"}), "[1/");
  const auto nodes = node_containers();
  ASSERT_EQ(nodes.size(), 1u);
  docker({"kill", nodes.front()});
  const auto result = finish(std::chrono::minutes(8));
  EXPECT_EQ(result.exit_code, 5) << result.stderr_text;
  const auto contents = results::read_run_directory(out_).value();
  std::map<std::string, std::map<Outcome, int>> outcomes;
  for (const auto& attempt : contents.attempts) ++outcomes[attempt.cell][attempt.outcome];
  EXPECT_GT(outcomes["faults/first"][Outcome::kInfraError], 0);
  EXPECT_EQ(outcomes["faults/first"][Outcome::kFailed], 0);
  EXPECT_EQ(outcomes["faults/first"][Outcome::kTimedOut], 0);
  EXPECT_GT(outcomes["faults/second"][Outcome::kPassed], 0);
  EXPECT_TRUE(node_containers().empty()) << "nothing is left behind";
}

TEST_F(Faults, AnApiServerThatGoesAwayByItselfIsNotInfrastructure) {
  start_and_wait_for(run_call({"first"}), "[1/");
  const auto nodes = node_containers();
  ASSERT_EQ(nodes.size(), 1u);
  // The node stays up, the API server does not: what a crash loop looks like from outside.
  docker({"exec", nodes.front(), "mv", "/etc/kubernetes/manifests/kube-apiserver.yaml", "/etc/kubernetes/gone.yaml"});
  const auto result = finish(std::chrono::minutes(8));
  EXPECT_EQ(result.exit_code, 1) << result.stderr_text;
  int failures = 0;
  const auto contents = results::read_run_directory(out_).value();
  for (const auto& attempt : contents.attempts) failures += is_failure(attempt.outcome);
  EXPECT_GT(failures, 0);
}

TEST_F(Faults, InterruptedItExportsLogsDeletesItsClusterAndExits130) {
  start_and_wait_for(run_call({"first"}), "[1/");
  ASSERT_TRUE(system_process_runner().run({.argv = {"pkill", "-INT", "-f", "graduand run.*" + out_.string()}}));
  const auto result = finish(std::chrono::minutes(3));
  EXPECT_EQ(result.exit_code, 130) << result.stderr_text;
  EXPECT_TRUE(node_containers().empty());
  bool logs = false;
  for (const auto& entry : fs::recursive_directory_iterator(out_ / "clusters"))
    logs = logs || entry.path().filename() == "kubelet.log";
  EXPECT_TRUE(logs) << "the cluster's logs must have been exported";
}

TEST_F(Faults, AKilledRunLeavesAnOrphanThatIsListedAndDeleted) {
  start_and_wait_for(run_call({"first"}), "[1/");
  ASSERT_TRUE(system_process_runner().run({.argv = {"pkill", "-KILL", "-f", "graduand run.*" + out_.string()}}));
  finish();
  EXPECT_THAT(program_.run({"cluster", "list"}).stdout_text, HasSubstr("(orphan)"));
  EXPECT_EQ(program_.run({"cluster", "delete", "--orphans"}).exit_code, 0);
  EXPECT_TRUE(node_containers().empty());
}

TEST_F(Faults, AMissingNodeImageSaysHowToMakeIt) {
  const auto path = program_.write("missing.yaml", "name: missing\nkubernetes: v1.33.99\n");
  const auto result = program_.run({"run", "--profile", path.string()});
  EXPECT_EQ(result.exit_code, 5) << result.stderr_text;
  EXPECT_THAT(result.stderr_text, HasSubstr("kindest/node:v1.33.99"));
  EXPECT_THAT(result.stderr_text, HasSubstr("scripts/node-image v1.33.99"));
}

TEST_F(Faults, AClusterByHandServesAnExistingClusterRunAndIsDeleted) {
  const auto created = program_.run({"cluster", "create", "--profile", profile({"first"}).string(), "--cell", "first"},
                                    std::chrono::minutes(4));
  ASSERT_EQ(created.exit_code, 0) << created.stderr_text;
  const std::string name(trim(created.stdout_text));
  const auto kubeconfig = program_.write("kc", program_.run({"cluster", "kubeconfig", name}).stdout_text);
  const auto nodes = system_process_runner().run(
      {.argv = {"kubectl", "--kubeconfig", kubeconfig.string(), "get", "nodes", "--no-headers"}});
  ASSERT_TRUE(nodes && nodes->ok());
  EXPECT_THAT(nodes->stdout_text, HasSubstr(" Ready "));

  const auto existing = program_.write(
      "existing.yaml",
      "name: existing\nprovider: existing\nkubernetes: v1.33.13\nkubeconfig: " + kubeconfig.string() + "\n");
  const auto result = program_.run({"run", "--profile", existing.string(), "--suite", "pod-lifecycle-sleep-action",
                                    "--label-filter", "!Serial", "--procs", "8", "--output", out_.string()},
                                   std::chrono::minutes(6));
  EXPECT_EQ(result.exit_code, 0) << result.stderr_text;
  const auto instance = results::read_run_directory(out_).value().instances.at(0);
  EXPECT_THAT(instance.facts.unverified_components, testing::Contains("kube-scheduler"));
  const auto left = system_process_runner().run({.argv = {"kubectl", "--kubeconfig", kubeconfig.string(), "get",
                                                          "namespaces", "-l", "graduand.io/run", "--no-headers"}});
  ASSERT_TRUE(left && left->ok());
  EXPECT_EQ(left->stdout_text, "") << "no namespace of ours may be left";

  EXPECT_THAT(program_.run({"cluster", "list"}).stdout_text, testing::Not(HasSubstr("(orphan)")));
  EXPECT_EQ(program_.run({"cluster", "delete", name}).exit_code, 0);
  EXPECT_TRUE(node_containers().empty());
}

}  // namespace
}  // namespace graduand
