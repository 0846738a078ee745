// SPDX-License-Identifier: Apache-2.0
#include "framework/e2e/internal/attempt_namespace.h"

#include <algorithm>
#include <cctype>

#include "framework/base/files.h"
#include "framework/kube/wait.h"

namespace graduand::e2e {
namespace {

namespace resources = kube::resources;

json::value namespace_json(const results::AttemptContext& attempt) {
  json::object labels{{"graduand.io/run", label_value(attempt.run_id)},
                      {"graduand.io/attempt", label_value(attempt.attempt_id)}};
  json::object metadata{{"name", attempt.ns}, {"labels", std::move(labels)}};
  return json::object{{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", std::move(metadata)}};
}

json::array objects_of(kube::ObjectList list) {
  json::array all;
  for (auto& item : list.items) all.push_back(std::move(item));
  return all;
}

void keep_logs(kube::Client& client, const std::string& ns, const json::value& pod, const fs::path& folder,
               SteadyTime end) {
  for (const char* kind : {"status.initContainerStatuses", "status.containerStatuses"})
    for (const auto& status : array_at(pod, kind)) {
      if (system_clock().steady_now() >= end) return;
      const std::string container = string_at(status, "name");
      if (auto text = client.logs(ns, kube::name_of(pod), container, false, 2000))
        (void)write_file_atomically(folder / (kube::name_of(pod) + "-" + container + ".log"), *text);
    }
}

}  // namespace

std::string label_value(std::string_view text) {
  constexpr std::size_t kLimit = 63;
  const auto alphanumeric = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
  std::string value(text);
  for (char& c : value)
    if (!alphanumeric(c) && c != '.' && c != '_' && c != '-') c = '-';
  if (value.size() > kLimit) value.erase(0, value.size() - kLimit);
  const auto first = std::find_if(value.begin(), value.end(), alphanumeric);
  const auto last = std::find_if(value.rbegin(), value.rend(), alphanumeric).base();
  return first < last ? std::string(first, last) : std::string();
}

Status create_namespace(kube::Client& client, const results::AttemptContext& attempt, const CancelToken& cancel) {
  const bool shared = !attempt.state_file.empty();
  if (auto made = client.create_object(resources::kNamespaces, "", namespace_json(attempt));
      !made && !(shared && made.error().already_exists())) {
    Error error = kube::to_error(made.error());
    const int code = made.error().http_code;
    if (code == 401 || code == 403 || code == 409) error.kind = ErrorKind::kInfrastructure;
    return fail_with_context(std::move(error), "creating namespace " + attempt.ns);
  }
  const auto there = kube::wait_for(
      client, resources::kServiceAccounts, attempt.ns, "default", "to be created",
      [](const json::value& object) { return !object.is_null(); }, seconds(60), cancel);
  if (!there)
    return fail(there.transport_failed ? ErrorKind::kInfrastructure : ErrorKind::kProduct, there.message, attempt.ns);
  return {};
}

void keep_state(kube::Client& client, const std::string& ns, const std::filesystem::path& folder, milliseconds limit) {
  if (folder.empty()) return;
  const SteadyTime end = system_clock().steady_now() + limit;
  if (auto events = client.list(resources::kEvents, ns))
    (void)write_file_atomically(folder / "events.json", pretty_json(objects_of(std::move(*events))));
  auto pods = client.list(resources::kPods, ns);
  if (!pods) return;
  const json::array all = objects_of(std::move(*pods));
  (void)write_file_atomically(folder / "pods.json", pretty_json(all));
  for (const auto& pod : all) keep_logs(client, ns, pod, folder, end);  // the slowest: a kubelet has to answer
}

Status delete_namespace(kube::Client& client, const std::string& ns) {
  if (auto pods = client.list(resources::kPods, ns)) {
    const json::value none = json::object{{"metadata", json::object{{"finalizers", nullptr}}}};
    for (const auto& pod : pods->items)
      if (!array_at(pod, "metadata.finalizers").empty())
        (void)client.patch(resources::kPods, ns, kube::name_of(pod), kube::PatchType::kMerge, none);
    kube::DeleteOptions soon;
    soon.grace_period_seconds = 1;
    if (!pods->items.empty()) (void)client.remove_collection(resources::kPods, ns, {}, soon);
  }
  auto removed = client.remove(resources::kNamespaces, "", ns);
  if (!removed && !removed.error().not_found() && !removed.error().conflict())
    return fail_with_context(kube::to_error(removed.error()), "deleting namespace " + ns);
  return {};
}

}  // namespace graduand::e2e
