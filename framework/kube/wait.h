// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "framework/kube/client.h"

namespace graduand::kube {

// How a wait ended. Convertible to the question "did it hold".
struct WaitOutcome {
  bool satisfied = false;
  json::value object;  // as last seen; null when it never was seen or is gone
  Timestamp seen{};    // when the deciding event was received
  milliseconds waited{0};
  // Why not, ready to print: "timed out after 30s waiting for pod ns/x to be Ready; last seen: phase=Pending,
  // ContainersNotReady: containers with unready status: [c]". Empty when satisfied.
  std::string message;
  bool transport_failed = false;  // the API could not be reached: infrastructure, not the product's answer
  explicit operator bool() const { return satisfied; }
};

// Decides on an object's state; null means it does not exist. Returns true when the wait is over.
using Condition = std::function<bool(const json::value& object)>;

// Watches (never polls) one object until `condition` holds. Relists on 410 and after a stream that is
// no watch; survives broken streams and a restart of the API server until the limit. A first answer of 4xx ends it at
// once.
WaitOutcome wait_for(Client& client, const Resource& resource, const std::string& ns, const std::string& name,
                     const std::string& what, const Condition& condition, milliseconds limit,
                     const CancelToken& cancel = {});

WaitOutcome wait_for_deletion(Client& client, const Resource& resource, const std::string& ns, const std::string& name,
                              milliseconds limit, const CancelToken& cancel = {}, const std::string& uid = {});
WaitOutcome wait_for_pod_ready(Client& client, const std::string& ns, const std::string& name, milliseconds limit,
                               const CancelToken& cancel = {});

// Waits until `condition` holds for the whole set that a selector matches.
struct SetOutcome {
  bool satisfied = false;
  std::vector<json::value> objects;
  std::string message;
  bool transport_failed = false;
  explicit operator bool() const { return satisfied; }
};
SetOutcome wait_for_set(Client& client, const Resource& resource, const std::string& ns, const ListOptions& selector,
                        const std::string& what, const std::function<bool(const std::vector<json::value>&)>& condition,
                        milliseconds limit, const CancelToken& cancel = {});

// "phase=Running, Ready=False (ContainersNotReady: ...), c: waiting (ImagePullBackOff)" for pods; conditions for
// others.
std::string describe_object(const json::value& object);
bool has_condition(const json::value& object, std::string_view type, std::string_view status);

}  // namespace graduand::kube
