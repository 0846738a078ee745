// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "framework/e2e/pods.h"

namespace graduand::sleep_action {

inline constexpr const char* kGate = "PodLifecycleSleepAction";
inline constexpr const char* kZeroGate = "PodLifecycleSleepActionAllowZero";

// {"sleep": {"seconds": n}}, the handler under test; n is JSON, since it may be what no integer holds.
json::object sleep_handler(json::value duration_s);
// {"preStop": {"sleep": {"seconds": n}}}
json::object pre_stop_sleep(json::value duration_s);
json::object post_start_sleep(json::value duration_s);

// Containers that note what happens to them in their termination message, which the API server shows once they have
// ended: "start T", "term T" for SIGTERM, "alive T" every half second, T being the node's uptime in seconds with two
// decimals. So times of containers on one node can be compared to the hundredth of a second, whenever the kubelet gets
// round to report them; finishedAt has whole seconds only.
e2e::ContainerSpec quick_app(std::string name, json::object lifecycle = {});     // ends at SIGTERM at once
e2e::ContainerSpec stubborn_app(std::string name, json::object lifecycle = {});  // goes on until it is killed
e2e::ContainerSpec ended_app(std::string name, json::object lifecycle = {});     // ends by itself, at once

// A pod of such containers on one node; it keeps a finalizer, so that it can be read after its end.
e2e::PodSpec app_pod(std::string name, std::string node, int grace_s, std::vector<e2e::ContainerSpec> containers);

struct Stamps {
  std::optional<double> start, term, alive;  // node's uptime, s; the last of each
};
// From the termination message of a container (init containers too); nothing where it has not ended.
Stamps stamps_of(const json::value& pod, const std::string& container);

// The status of a container (init containers too), or null.
const json::value* container_status(const json::value& pod, const std::string& container);
bool all_terminated(const json::value& pod);
// Whether the container runs and has said so in its log, which it does after it has set its trap: a SIGTERM before that
// would be lost, since the kernel does not let it end a first process that has no handler.
bool is_armed(e2e::Context& ctx, const std::string& pod, const std::string& container);

}  // namespace graduand::sleep_action
