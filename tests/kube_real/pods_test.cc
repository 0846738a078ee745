// SPDX-License-Identifier: Apache-2.0
#include <thread>

#include "framework/base/processes/process.h"
#include "framework/kube/metrics.h"
#include "framework/kube/wait.h"
#include "tests/kube_real/real_cluster.h"

namespace graduand::kube {
namespace {

TEST_F(RealCluster, LogsAreWhatKubectlShows) {
  create_running(pod("p", "for i in 1 2 3; do echo line $i; done; touch /tmp/done; sleep 60"));
  const auto told = [&] { return client_->logs(namespace_, "p", "c"); };
  const auto done =
      client_->exec(namespace_, "p", "c", {"sh", "-c", "until [ -e /tmp/done ]; do :; done"}, seconds(20));
  ASSERT_TRUE(done) << text_of(done);
  EXPECT_EQ(told().value_or(""), kubectl({"logs", "p"}));
  EXPECT_EQ(client_->logs(namespace_, "p", "", false, 1).value_or(""), "line 3\n");
  const auto wrong = client_->logs(namespace_, "p", "other");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().http_code, 400) << text_of(wrong);
}

TEST_F(RealCluster, ExecTellsOutputAndExitCode) {
  create_running(pod("p", "sleep 600"));
  const auto failed = client_->exec(namespace_, "p", "c", {"sh", "-c", "echo out; echo err >&2; exit 7"}, seconds(20));
  ASSERT_TRUE(failed) << text_of(failed);
  EXPECT_EQ(failed->exit_code, 7);
  EXPECT_EQ(failed->stdout_text, "out\n");
  EXPECT_EQ(failed->stderr_text, "err\n");

  // More stdin and stdout than any buffer on the way holds, and the end of stdin must arrive.
  std::string big;
  while (big.size() < 3u << 20) big += "0123456789abcdef";
  const auto copied = client_->exec(namespace_, "p", "c", {"cat"}, seconds(60), big);
  ASSERT_TRUE(copied) << text_of(copied);
  EXPECT_EQ(copied->exit_code, 0);
  EXPECT_TRUE(copied->stdout_text == big) << copied->stdout_text.size();

  const auto special = client_->exec(namespace_, "p", "", {"echo", "a b&c=d%20+é", ""}, seconds(20));
  ASSERT_TRUE(special) << text_of(special);
  EXPECT_EQ(special->stdout_text, "a b&c=d%20+é \n");
}

TEST_F(RealCluster, ExecErrorsAndTimeLimit) {
  create_running(pod("p", "sleep 600"));
  const auto missing = client_->exec(namespace_, "p", "c", {"/no/such/program"}, seconds(20));
  if (missing) {
    EXPECT_NE(missing->exit_code, 0);
  } else {
    EXPECT_NE(text_of(missing).find("no such file"), std::string::npos) << text_of(missing);
  }
  const auto nobody = client_->exec(namespace_, "nobody", "c", {"true"}, seconds(20));
  ASSERT_FALSE(nobody);
  EXPECT_TRUE(nobody.error().not_found()) << text_of(nobody);
  const auto started = system_clock().steady_now();
  const auto slow = client_->exec(namespace_, "p", "c", {"sleep", "100"}, milliseconds(700));
  ASSERT_FALSE(slow);
  EXPECT_EQ(slow.error().transport, ErrorKind::kTimeout) << text_of(slow);
  EXPECT_LT(system_clock().steady_now() - started, seconds(5));
}

TEST_F(RealCluster, WaitsForReadyAndDeletion) {
  create_running(pod("p", "trap 'exit 0' TERM; sleep 600 & wait"));
  const auto uid = uid_of(*client_->get(resources::kPods, namespace_, "p"));
  kubectl({"delete", "pod", "p", "--wait=false"});
  const auto gone = wait_for_deletion(*client_, resources::kPods, namespace_, "p", seconds(30), {}, uid);
  EXPECT_TRUE(gone) << gone.message;
  EXPECT_TRUE(client_->get(resources::kPods, namespace_, "p").error().not_found());
}

TEST_F(RealCluster, ATimeOutTellsWhatWasSeen) {
  auto never = pod("p", "sleep 600");
  never.at_pointer("/spec/containers/0/image") = "registry.invalid/none:1";
  ASSERT_TRUE(client_->create_object(resources::kPods, namespace_, never));
  const auto waited = wait_for_pod_ready(*client_, namespace_, "p", seconds(3));
  ASSERT_FALSE(waited);
  EXPECT_FALSE(waited.transport_failed);
  EXPECT_NE(waited.message.find("timed out after 3s waiting for pod " + namespace_ +
                                "/p to be Ready; last seen: phase=Pending"),
            std::string::npos)
      << waited.message;
  EXPECT_NE(waited.message.find("c: waiting ("), std::string::npos) << waited.message;
}

TEST_F(RealCluster, AWatchFollowsTheLifeOfAnObject) {
  const auto list = client_->list(resources::kConfigMaps, namespace_);
  ASSERT_TRUE(list) << text_of(list);
  ListOptions from;
  from.resource_version = list->resource_version;
  auto watch = client_->watch(resources::kConfigMaps, namespace_, from);
  ASSERT_TRUE(watch) << text_of(watch);
  EXPECT_EQ((*watch)->next(milliseconds(50))->has_value(), false);
  kubectl({"create", "configmap", "x", "--from-literal=key=1"});
  kubectl({"patch", "configmap", "x", "--type=merge", "--patch", R"({"data":{"key":"2"}})"});
  kubectl({"delete", "configmap", "x"});
  std::vector<WatchEvent::Type> types;
  while (types.size() < 3) {
    auto event = (*watch)->next(seconds(10));
    ASSERT_TRUE(event) << to_string(event.error());
    ASSERT_TRUE(event->has_value());
    if ((*event)->type == WatchEvent::Type::kBookmark) continue;
    EXPECT_EQ(name_of((*event)->object), "x");
    types.push_back((*event)->type);
  }
  using Type = WatchEvent::Type;
  EXPECT_EQ(types, (std::vector{Type::kAdded, Type::kModified, Type::kDeleted}));
}

TEST_F(RealCluster, WaitsForASet) {
  std::thread maker([&] {
    for (const char* name : {"a", "b", "c"}) {
      (void)client_->create_object(resources::kConfigMaps, namespace_, config_map(name, "1"));
    }
  });
  ListOptions selector;
  selector.label_selector = "app=test";
  const auto three = [](const std::vector<json::value>& objects) { return objects.size() == 3; };
  const auto waited =
      wait_for_set(*client_, resources::kConfigMaps, namespace_, selector, "to be three", three, seconds(20));
  maker.join();
  EXPECT_TRUE(waited) << waited.message;
}

TEST_F(RealCluster, ReadsGatesFromMetrics) {
  const auto page = client_->raw("GET", "/metrics");
  ASSERT_TRUE(page) << text_of(page);
  const auto gates = feature_gates_of(page->body);
  EXPECT_GT(gates.size(), 50u);
  EXPECT_EQ(gates.count("PodLifecycleSleepAction"), 1u);
  EXPECT_TRUE(parse_metrics(page->body)) << to_string(parse_metrics(page->body).error());
}

TEST_F(RealCluster, OneConnectionServesManyRequests) {
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(client_->get(resources::kNamespaces, "", namespace_));
  for (const auto& trace : traces_) EXPECT_EQ(trace.retries, 0) << trace.request;
}

}  // namespace
}  // namespace graduand::kube
