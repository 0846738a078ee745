// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "framework/base/json.h"

namespace graduand::kube {

// A kind of object, as the API's paths name it.
struct Resource {
  std::string group;    // "" for the core group
  std::string version;  // "v1"
  std::string plural;   // "pods"
  bool namespaced = true;
  std::string kind;  // "Pod"
};

// The ones that suites use; any other can be written out.
namespace resources {
extern const Resource kPods, kNodes, kNamespaces, kEvents, kConfigMaps, kServices, kServiceAccounts, kDeployments,
    kDaemonSets, kPodDisruptionBudgets, kLeases, kCustomResourceDefinitions, kEndpointSlices;
}

// "/api/v1/namespaces/<ns>/pods/<name>/<subresource>", parts percent-encoded; empty parts are left out.
std::string resource_path(const Resource& resource, const std::string& ns, const std::string& name = {},
                          const std::string& subresource = {});

std::string name_of(const json::value& object);              // metadata.name
std::string namespace_of(const json::value& object);         // metadata.namespace
std::string uid_of(const json::value& object);               // metadata.uid
std::string resource_version_of(const json::value& object);  // metadata.resourceVersion

}  // namespace graduand::kube
