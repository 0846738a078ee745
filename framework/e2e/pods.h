// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <source_location>
#include <string>
#include <vector>

#include "framework/base/json.h"
#include "framework/e2e/case_error.h"
#include "framework/e2e/context.h"

namespace graduand::e2e {

// Images that the node images of this project carry and that any registry mirror of Kubernetes has.
inline constexpr const char* kPauseImage = "registry.k8s.io/pause:3.10";
inline constexpr const char* kBusyboxImage = "registry.k8s.io/e2e-test-images/busybox:1.37.0-1";

struct ContainerSpec {
  std::string name = "c";
  std::string image = kBusyboxImage;
  std::vector<std::string> command{};
  json::object lifecycle{};  // {"preStop": {"sleep": {"seconds": 5}}}
  json::object extra{};      // merged into the container
};

struct PodSpec {
  std::string name = "pod";
  std::vector<ContainerSpec> containers{};
  std::vector<ContainerSpec> init_containers{};
  std::optional<int> termination_grace_period_seconds{};
  std::string restart_policy = "Never";
  std::string node_name{};
  json::object extra_spec{};  // merged into spec
  std::vector<std::string> finalizers{};
};

// The pod as JSON: with imagePullPolicy IfNotPresent and no service account token. Pure.
json::object pod_json(const PodSpec& spec);
// Just its spec, for the template of a Deployment.
json::object pod_spec_json(const PodSpec& spec);

// A pod of one busybox container whose shell runs `script`; Ready (probed each second) once the script has made the
// file kReadyFile, so that what the script set up, such as a trap, is in place. It gets 30 seconds to end.
inline constexpr const char* kReadyFile = "/tmp/ready";
PodSpec shell_pod(const std::string& name, const std::string& script);
// Ready at once, idle, and ends at SIGTERM at once.
inline constexpr const char* kIdleScript = "trap 'exit 0' TERM; touch /tmp/ready; sleep 36000 & wait $!";

// Each of these throws CaseError (which ends the body and fails the attempt, or makes it an infra-error when the API
// could not be reached) instead of returning an error: a case reads as what it does.
json::value create_pod(Context& ctx, const PodSpec& spec, std::source_location where = std::source_location::current());
// Waits until its Ready condition is true.
json::value create_ready_pod(Context& ctx, const PodSpec& spec, milliseconds limit = seconds(60),
                             std::source_location where = std::source_location::current());
// Deletes a pod, with the grace period that its spec has, and returns how long it took to be gone, in seconds.
double seconds_to_end(Context& ctx, const std::string& pod, milliseconds limit = seconds(60),
                      std::source_location where = std::source_location::current());
// The name of a node that is Ready and takes any pod (no NoSchedule or NoExecute taint, not cordoned), chosen by the
// attempt's seed. Waits up to 30 s for one.
std::string ready_node(Context& ctx, std::source_location where = std::source_location::current());

}  // namespace graduand::e2e
