// SPDX-License-Identifier: Apache-2.0
#include "framework/kube/resource.h"

#include "framework/kube/internal/query.h"

namespace graduand::kube {

namespace resources {
const Resource kPods{"", "v1", "pods", true, "Pod"};
const Resource kNodes{"", "v1", "nodes", false, "Node"};
const Resource kNamespaces{"", "v1", "namespaces", false, "Namespace"};
const Resource kEvents{"", "v1", "events", true, "Event"};
const Resource kConfigMaps{"", "v1", "configmaps", true, "ConfigMap"};
const Resource kServices{"", "v1", "services", true, "Service"};
const Resource kServiceAccounts{"", "v1", "serviceaccounts", true, "ServiceAccount"};
const Resource kDeployments{"apps", "v1", "deployments", true, "Deployment"};
const Resource kDaemonSets{"apps", "v1", "daemonsets", true, "DaemonSet"};
const Resource kPodDisruptionBudgets{"policy", "v1", "poddisruptionbudgets", true, "PodDisruptionBudget"};
const Resource kLeases{"coordination.k8s.io", "v1", "leases", true, "Lease"};
const Resource kCustomResourceDefinitions{"apiextensions.k8s.io", "v1", "customresourcedefinitions", false,
                                          "CustomResourceDefinition"};
const Resource kEndpointSlices{"discovery.k8s.io", "v1", "endpointslices", true, "EndpointSlice"};
}  // namespace resources

std::string resource_path(const Resource& resource, const std::string& ns, const std::string& name,
                          const std::string& subresource) {
  using internal::percent_encode;
  std::string path = resource.group.empty() ? "/api" : "/apis/" + percent_encode(resource.group);
  const auto add = [&path](const std::string& part) {
    if (!part.empty()) path += "/" + percent_encode(part);
  };
  add(resource.version);
  if (resource.namespaced && !ns.empty()) path += "/namespaces/" + percent_encode(ns);
  add(resource.plural);
  add(name);
  add(subresource);
  return path;
}

std::string name_of(const json::value& object) {
  return string_at(object, "metadata.name");
}
std::string namespace_of(const json::value& object) {
  return string_at(object, "metadata.namespace");
}
std::string uid_of(const json::value& object) {
  return string_at(object, "metadata.uid");
}
std::string resource_version_of(const json::value& object) {
  return string_at(object, "metadata.resourceVersion");
}

}  // namespace graduand::kube
