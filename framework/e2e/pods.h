// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "framework/base/json.h"
#include "framework/e2e/context.h"

namespace graduand::e2e {

// Images that the node images of this project carry and that any registry mirror of Kubernetes has.
inline constexpr const char* kPauseImage = "registry.k8s.io/pause:3.10";
inline constexpr const char* kBusyboxImage = "registry.k8s.io/e2e-test-images/busybox:1.37.0-1";

struct ContainerSpec {
  std::string name = "c";
  std::string image = kBusyboxImage;
  std::vector<std::string> command{};
  json::object lifecycle{};       // {"preStop": {"sleep": {"seconds": 5}}}
  json::object extra{};           // merged into the container
};

struct PodSpec {
  std::string name = "pod";
  std::vector<ContainerSpec> containers{};
  std::optional<int> termination_grace_period_seconds{};
  std::string restart_policy = "Never";
  std::string node_name{};
  json::object extra_spec{};      // merged into spec
  std::vector<std::string> finalizers{};
};

// The pod as JSON: with imagePullPolicy IfNotPresent and no service account token.
json::object pod_json(const PodSpec& spec);

// Each throws CaseError (which ends the body and fails the attempt, or makes it an infra-error when the API could not
// be reached) instead of returning an error: a case reads as what it does.
json::value create_pod(Context& ctx, const PodSpec& spec);
json::value create_ready_pod(Context& ctx, const PodSpec& spec, milliseconds limit = seconds(60));

class CaseError : public std::runtime_error {
 public:
  CaseError(const std::string& message, bool infrastructure) : std::runtime_error(message), infrastructure_(infrastructure) {}
  bool infrastructure() const { return infrastructure_; }

 private:
  bool infrastructure_;
};

// The value of an ApiResult, or CaseError.
template <class T>
T must(kube::ApiResult<T> result) {
  if (!result) throw CaseError(kube::to_string(result.error()), !result.error().from_server());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

}  // namespace graduand::e2e
