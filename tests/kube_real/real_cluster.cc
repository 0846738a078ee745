// SPDX-License-Identifier: Apache-2.0
#include "tests/kube_real/real_cluster.h"

#include <cstdlib>

#include "framework/base/processes/process.h"
#include "framework/base/random.h"
#include "framework/kube/wait.h"

namespace graduand::kube {

void RealCluster::SetUp() {
  const char* path = std::getenv("GRADUAND_E2E_KUBECONFIG");
  ASSERT_NE(path, nullptr) << "GRADUAND_E2E_KUBECONFIG must name the kubeconfig of a cluster for tests";
  kubeconfig_ = path;
  auto config = load_kubeconfig({kubeconfig_});
  ASSERT_TRUE(config) << to_string(config.error());
  ClientOptions options;
  options.user_agent = "graduand-test";
  options.on_request = [this](const RequestTrace& trace) { traces_.push_back(trace); };
  auto client = Client::create(*config, options);
  ASSERT_TRUE(client) << to_string(client.error());
  client_ = std::move(*client);
  namespace_ = "client-" + Random(random_seed()).name_suffix(8);
  const auto made = client_->create_object(resources::kNamespaces, "",
                                           json::object{{"metadata", json::object{{"name", namespace_}}}});
  ASSERT_TRUE(made) << text_of(made);
  const auto account = wait_for(
      *client_, resources::kServiceAccounts, namespace_, "default", "to exist",
      [](const json::value& object) { return !object.is_null(); }, seconds(30));
  ASSERT_TRUE(account) << account.message;
}

void RealCluster::TearDown() {
  if (client_) (void)client_->remove(resources::kNamespaces, "", namespace_);
}

std::string RealCluster::kubectl(const std::vector<std::string>& arguments, const std::string& stdin_data) {
  ProcessSpec spec;
  spec.argv = {"kubectl", "--kubeconfig", kubeconfig_, "--namespace", namespace_};
  spec.argv.insert(spec.argv.end(), arguments.begin(), arguments.end());
  spec.stdin_data = stdin_data;
  spec.time_limit = seconds(60);
  const auto ran = system_process_runner().run(spec);
  EXPECT_TRUE(ran && ran->ok()) << (ran ? ran->stderr_text : to_string(ran.error()));
  return ran ? ran->stdout_text : std::string();
}

json::value RealCluster::kubectl_json(std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--output", "json"});
  const auto parsed = parse_json(kubectl(arguments), "kubectl");
  EXPECT_TRUE(parsed) << to_string(parsed.error());
  return parsed ? *parsed : json::value();
}

json::value RealCluster::config_map(const std::string& name, const std::string& value) const {
  return json::object{{"apiVersion", "v1"},
                      {"kind", "ConfigMap"},
                      {"metadata", json::object{{"name", name}, {"labels", json::object{{"app", "test"}}}}},
                      {"data", json::object{{"key", value}}}};
}

json::value RealCluster::pod(const std::string& name, const std::string& script) const {
  json::object container{{"name", "c"},
                         {"image", "registry.k8s.io/e2e-test-images/busybox:1.37.0-1"},
                         {"imagePullPolicy", "IfNotPresent"},
                         {"command", json::array{"sh", "-c", script}}};
  return json::object{
      {"apiVersion", "v1"},
      {"kind", "Pod"},
      {"metadata", json::object{{"name", name}}},
      {"spec", json::object{{"terminationGracePeriodSeconds", 1}, {"containers", json::array{std::move(container)}}}}};
}

void RealCluster::create_running(const json::value& pod) {
  const auto made = client_->create_object(resources::kPods, namespace_, pod);
  ASSERT_TRUE(made) << text_of(made);
  const auto ready = wait_for_pod_ready(*client_, namespace_, name_of(pod), seconds(60));
  ASSERT_TRUE(ready) << ready.message;
}

}  // namespace graduand::kube
