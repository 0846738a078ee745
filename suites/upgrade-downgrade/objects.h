// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "framework/e2e/case_error.h"
#include "framework/e2e/phased_case.h"
#include "framework/e2e/pods.h"

namespace graduand::upgrade_downgrade {

inline constexpr const char* kCreatedIn = "graduand.io/created-in";  // a label of pods: the phase
inline constexpr int kSleep = 6;                                     // of the sleeping pods' preStop hooks, s

// The custom resource of the attempt's namespace, whose group is its own, since definitions belong to the whole
// cluster.
kube::Resource widgets(const e2e::Context& ctx);
// Defines it, and waits until the API server serves it.
void define_widgets(e2e::Context& ctx);

// What is created in each phase, under names that end in it: a config map "stays-", another "goes-", a widget, a
// Deployment of one web server with a Service and a disruption budget, and a pod that sleeps before it ends. Waits
// until the pods are Ready, the budget counts its pod, and the Service has its endpoint.
void create_objects(e2e::Context& ctx);

// Reads and changes what an earlier phase created, and fetches a page through its Service, whose pod runs still.
void use_objects(e2e::Context& ctx, const std::string& earlier);

// Deletes the config map, the widget and the sleeping pod of an earlier phase, each of which must go; returns how long
// the pod took, s.
double delete_objects(e2e::Context& ctx, const std::string& earlier);

}  // namespace graduand::upgrade_downgrade
