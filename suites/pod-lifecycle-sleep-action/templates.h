// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "framework/e2e/pods.h"
#include "suites/pod-lifecycle-sleep-action/apps.h"

namespace graduand::sleep_action {

// A Deployment without replicas: an object that holds a pod template, and can be updated.
json::object deployment_json(const std::string& name, const json::object& lifecycle, int grace_s = 30);
// The lifecycle of a pod's container "app", or nullptr.
const json::value* app_lifecycle(const json::value& pod);
// The preStop sleep's seconds in a Deployment's template or in a pod's container "app", or nullptr.
const json::value* template_sleep(const json::value& deployment);
const json::value* pod_sleep(const json::value& pod);
// A merge patch that sets one label on the object.
json::value label_patch(const std::string& key, const std::string& value);

// A pod that is only asked for (dry run), with `lifecycle` on its container.
kube::ApiResult<json::value> dry_run_pod(e2e::Context& ctx, json::object lifecycle, int grace_s);

// What the API server answers to a sleep outside its bounds, for the state of the AllowZero gate. Kubernetes v1.33 and
// v1.34, pkg/apis/core/validation.
std::string out_of_bounds_message(bool zero_allowed, int grace_s);
bool zero_allowed(e2e::Context& ctx);

}  // namespace graduand::sleep_action
