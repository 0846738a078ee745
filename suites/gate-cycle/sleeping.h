// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "framework/e2e/case_error.h"
#include "framework/e2e/phased_case.h"
#include "framework/e2e/pods.h"

namespace graduand::gate_cycle {

inline constexpr const char* kSleepGate = "PodLifecycleSleepAction";
inline constexpr const char* kZeroGate = "PodLifecycleSleepActionAllowZero";

// {"preStop": {"sleep": {"seconds": n}}}
json::object pre_stop_sleep(int duration_s);

// A pod that ends at SIGTERM at once, and is Ready only when it has set its trap for it.
e2e::PodSpec quick_pod(const std::string& name, const json::object& lifecycle);

// A Deployment without replicas that has the hook in its template: an object that can be updated.
json::object stored_template(const std::string& name, const json::object& lifecycle);

// The seconds of the first container's preStop sleep in a pod, or in a Deployment's template; null where there is none.
json::value sleep_of(const json::value& object);

// A merge patch that sets a label, and a strategic one that gives the template's container another preStop sleep.
json::value touch(const std::string& value);
json::value new_sleep(int duration_s);

}  // namespace graduand::gate_cycle
