// SPDX-License-Identifier: Apache-2.0
#include "framework/e2e/pods.h"

#include <gtest/gtest.h>

namespace graduand::e2e {
namespace {

PodSpec one_container() {
  PodSpec spec;
  spec.containers = {{"app", kBusyboxImage, {"sleep", "5"}, {}, {}}};
  return spec;
}

TEST(PodJson, HasNoTokenAndDoesNotPull) {
  const json::value pod = pod_json(one_container());
  EXPECT_EQ(string_at(pod, "kind"), "Pod");
  EXPECT_EQ(value_at(pod, "spec.automountServiceAccountToken")->as_bool(), false);
  EXPECT_EQ(string_at(pod, "spec.restartPolicy"), "Never");
  const json::value& container = array_at(pod, "spec.containers")[0];
  EXPECT_EQ(string_at(container, "imagePullPolicy"), "IfNotPresent");
  EXPECT_EQ(strings_of(*value_at(container, "command")), (std::vector<std::string>{"sleep", "5"}));
}

TEST(ShellPod, IsReadyWhenItsScriptSaysSo) {
  const json::value pod = pod_json(shell_pod("p", "touch /tmp/ready; sleep 9"));
  EXPECT_EQ(string_at(pod, "metadata.name"), "p");
  EXPECT_EQ(int_at(pod, "spec.terminationGracePeriodSeconds"), 30);
  const json::value& container = array_at(pod, "spec.containers")[0];
  EXPECT_EQ(strings_of(*value_at(container, "command")),
            (std::vector<std::string>{"sh", "-c", "touch /tmp/ready; sleep 9"}));
  EXPECT_EQ(strings_of(*value_at(container, "readinessProbe.exec.command")),
            (std::vector<std::string>{"test", "-e", kReadyFile}));
}

// An absent member and an empty one are different things to the API server.
TEST(PodJson, LeavesOutWhatWasNotSaid) {
  const json::value pod = pod_json(one_container());
  for (const char* path : {"spec.nodeName", "spec.terminationGracePeriodSeconds", "spec.initContainers"})
    EXPECT_EQ(value_at(pod, path), nullptr) << path;
  EXPECT_EQ(value_at(pod, "metadata.finalizers"), nullptr);
  EXPECT_EQ(value_at(array_at(pod, "spec.containers")[0], "lifecycle"), nullptr);
}

TEST(PodJson, CarriesWhatWasSaidAndLetsExtrasWin) {
  PodSpec spec = one_container();
  spec.node_name = "worker";
  spec.termination_grace_period_seconds = 0;
  spec.finalizers = {"graduand.io/x"};
  spec.extra_spec = {{"restartPolicy", "Always"}};
  spec.init_containers = {{"sidecar", kPauseImage, {}, {}, {{"restartPolicy", "Always"}}}};
  const json::value pod = pod_json(spec);
  EXPECT_EQ(string_at(pod, "spec.nodeName"), "worker");
  EXPECT_EQ(int_at(pod, "spec.terminationGracePeriodSeconds", -1), 0);
  EXPECT_EQ(string_at(pod, "spec.restartPolicy"), "Always");
  EXPECT_EQ(string_at(array_at(pod, "spec.initContainers")[0], "restartPolicy"), "Always");
  EXPECT_EQ(strings_of(*value_at(pod, "metadata.finalizers")), std::vector<std::string>{"graduand.io/x"});
}

TEST(Must, TellsAServersAnswerFromALostConnection) {
  kube::ApiError refused;
  refused.http_code = 422;
  refused.message = "no";
  try {
    must(kube::ApiResult<json::value>(tl::unexpected(refused)));
    FAIL() << "did not throw";
  } catch (const CaseError& error) {
    EXPECT_FALSE(error.infrastructure());
    EXPECT_NE(std::string(error.where().file_name()).find("pods_test.cc"), std::string::npos);
  }
  kube::ApiError lost;
  lost.transport = ErrorKind::kInfrastructure;
  try {
    must(kube::ApiResult<json::value>(tl::unexpected(lost)));
    FAIL() << "did not throw";
  } catch (const CaseError& error) {
    EXPECT_TRUE(error.infrastructure());
  }
}

}  // namespace
}  // namespace graduand::e2e
