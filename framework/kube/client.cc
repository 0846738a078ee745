// SPDX-License-Identifier: Apache-2.0
#include "framework/kube/client.h"

#include <algorithm>

#include "framework/kube/internal/exec_session.h"
#include "framework/kube/internal/query.h"
#include "framework/kube/internal/transport.h"
#include "framework/kube/internal/watch_stream.h"

namespace graduand::kube {
namespace {

using internal::Answer;
using internal::Call;
using internal::Until;
using internal::UrlQuery;

constexpr const char* kJson = "application/json";

const char* content_type_of(PatchType type) {
  switch (type) {
    case PatchType::kMerge:
      return "application/merge-patch+json";
    case PatchType::kJson:
      return "application/json-patch+json";
    case PatchType::kStrategic:
      return "application/strategic-merge-patch+json";
    case PatchType::kApply:
      return "application/apply-patch+yaml";  // JSON is YAML
  }
  return kJson;
}

UrlQuery write_query(const WriteOptions& options, bool force_matters) {
  UrlQuery query;
  if (options.dry_run) query.add("dryRun", "All");
  query.add_if("fieldManager", options.field_manager);
  query.add_if("fieldValidation", options.field_validation);
  if (force_matters && options.force) query.add("force", "true");
  return query;
}

std::string delete_body(const DeleteOptions& options) {
  json::object body = options.extra;
  body["kind"] = "DeleteOptions";
  body["apiVersion"] = "v1";
  if (options.grace_period_seconds) body["gracePeriodSeconds"] = *options.grace_period_seconds;
  if (!options.propagation_policy.empty()) body["propagationPolicy"] = options.propagation_policy;
  if (!options.precondition_uid.empty()) body["preconditions"] = json::object{{"uid", options.precondition_uid}};
  return json::serialize(body);
}

const std::string& namespace_or_own(const std::string& ns, const std::string& own) {
  return ns.empty() ? own : ns;
}

class DynamicClient final : public Client {
 public:
  DynamicClient(ClusterConfig config, ClientOptions options, std::shared_ptr<internal::Transport> transport)
      : config_(std::move(config)), options_(std::move(options)), transport_(std::move(transport)) {}

  ApiResult<json::value> get(const Resource& resource, const std::string& ns, const std::string& name) override {
    return ask(Call{"GET", resource_path(resource, ns, name)});
  }

  ApiResult<ObjectList> list(const Resource& resource, const std::string& ns, const ListOptions& options) override;

  ApiResult<json::value> create_object(const Resource& resource, const std::string& ns, const json::value& object,
                                       const WriteOptions& options) override {
    const auto path = resource_path(resource, namespace_or_own(ns, namespace_of(object)));
    return ask(Call{"POST", path + write_query(options, false).text(), json::serialize(object), kJson});
  }

  ApiResult<json::value> update(const Resource& resource, const std::string& ns, const json::value& object,
                                const WriteOptions& options, const std::string& subresource) override {
    const auto path = resource_path(resource, namespace_or_own(ns, namespace_of(object)), name_of(object), subresource);
    return ask(Call{"PUT", path + write_query(options, false).text(), json::serialize(object), kJson});
  }

  ApiResult<json::value> patch(const Resource& resource, const std::string& ns, const std::string& name, PatchType type,
                               const json::value& patch, const WriteOptions& options,
                               const std::string& subresource) override {
    const auto path = resource_path(resource, ns, name, subresource);
    const auto query = write_query(options, type == PatchType::kApply);
    return ask(Call{"PATCH", path + query.text(), json::serialize(patch), content_type_of(type)});
  }

  ApiResult<json::value> remove(const Resource& resource, const std::string& ns, const std::string& name,
                                const DeleteOptions& options) override {
    return ask(Call{"DELETE", resource_path(resource, ns, name), delete_body(options), kJson});
  }

  ApiResult<void> remove_collection(const Resource& resource, const std::string& ns, const ListOptions& options,
                                    const DeleteOptions& deletion) override {
    UrlQuery query;
    query.add_if("labelSelector", options.label_selector);
    query.add_if("fieldSelector", options.field_selector);
    auto answer = ask(Call{"DELETE", resource_path(resource, ns) + query.text(), delete_body(deletion), kJson});
    if (!answer) return tl::unexpected(std::move(answer).error());
    return {};
  }

  ApiResult<std::unique_ptr<Watch>> watch(const Resource& resource, const std::string& ns,
                                          const ListOptions& options) override {
    auto stream = std::make_unique<internal::WatchStream>(transport_, resource_path(resource, ns), options);
    if (auto opened = stream->open(deadline(options)); !opened) return tl::unexpected(std::move(opened).error());
    return stream;
  }

  ApiResult<std::string> logs(const std::string& ns, const std::string& pod, const std::string& container,
                              bool previous, std::optional<int> tail_lines) override {
    UrlQuery query;
    query.add_if("container", container);
    if (previous) query.add("previous", "true");
    if (tail_lines) query.add("tailLines", std::to_string(*tail_lines));
    Call call{"GET", resource_path(resources::kPods, ns, pod, "log") + query.text()};
    call.accept = "*/*";
    auto answer = transport_->round_trip(call, deadline());
    if (!answer) return tl::unexpected(std::move(answer).error());
    return std::move(answer->body);
  }

  ApiResult<ExecResult> exec(const std::string& ns, const std::string& pod, const std::string& container,
                             const std::vector<std::string>& command, milliseconds limit,
                             const std::string& stdin_text) override {
    const internal::ExecTarget target{resource_path(resources::kPods, ns, pod, "exec"), container, command, stdin_text};
    return internal::run_exec(*transport_, target, Until::after(limit));
  }

  ApiResult<HttpResponse> raw(const std::string& method, const std::string& path, const std::string& body,
                              const std::string& content_type) override {
    Call call{method, path, body, content_type};
    call.accept = "application/json, */*";
    auto answer = transport_->round_trip(call, deadline());
    if (!answer) return tl::unexpected(std::move(answer).error());
    return HttpResponse{answer->code, std::move(answer->body), internal::warnings_of(answer->head),
                        answer->head.header("Audit-Id")};
  }

  const ClusterConfig& config() const override { return config_; }

 private:
  Until deadline() const { return Until::after(options_.timeout); }
  Until deadline(const ListOptions& options) const {
    return Until::after(options.timeout.count() > 0 ? options.timeout : options_.timeout, options.cancel);
  }
  ApiResult<json::value> ask(const Call& call) { return ask(call, deadline()); }
  ApiResult<json::value> ask(const Call& call, const Until& until);
  ApiResult<ObjectList> list_pages(const Resource& resource, const std::string& ns, const ListOptions& options,
                                   const Until& until);

  const ClusterConfig config_;
  const ClientOptions options_;
  std::shared_ptr<internal::Transport> transport_;
};

ApiResult<json::value> DynamicClient::ask(const Call& call, const Until& until) {
  auto answer = transport_->round_trip(call, until);
  if (!answer) return tl::unexpected(std::move(answer).error());
  auto parsed = parse_json(answer->body, "answer", {options_.max_response_bytes});
  if (!parsed) {
    return tl::unexpected(internal::transport_error(
        Error{ErrorKind::kInfrastructure, "the answer is not JSON: " + parsed.error().message}, call));
  }
  return std::move(*parsed);
}

ApiResult<ObjectList> DynamicClient::list_pages(const Resource& resource, const std::string& ns,
                                                const ListOptions& options, const Until& until) {
  ObjectList all;
  std::string next;
  do {
    UrlQuery query;
    query.add_if("labelSelector", options.label_selector);
    query.add_if("fieldSelector", options.field_selector);
    if (options.limit > 0) query.add("limit", std::to_string(options.limit));
    if (next.empty()) {  // a continue token carries the version itself; the server refuses both
      query.add_if("resourceVersion", options.resource_version);
      query.add_if("resourceVersionMatch", options.resource_version_match);
    }
    query.add_if("continue", next);
    auto page = ask(Call{"GET", resource_path(resource, ns) + query.text()}, until);
    if (!page) return tl::unexpected(std::move(page).error());
    next = string_at(*page, "metadata.continue");
    all.resource_version = resource_version_of(*page);
    auto* items = page->is_object() ? page->as_object().if_contains("items") : nullptr;
    if (items == nullptr || !items->is_array()) continue;
    // A list leaves out its items' kind; whoever gets one of them alone needs it.
    const auto kind = resource.kind;
    const auto version = resource.group.empty() ? resource.version : resource.group + "/" + resource.version;
    for (auto& item : items->as_array()) {
      if (item.is_object() && !kind.empty()) {
        item.as_object().emplace("apiVersion", version);
        item.as_object().emplace("kind", kind);
      }
      all.items.push_back(std::move(item));
    }
  } while (!next.empty());
  return all;
}

ApiResult<ObjectList> DynamicClient::list(const Resource& resource, const std::string& ns, const ListOptions& options) {
  const auto until = deadline(options);
  auto all = list_pages(resource, ns, options, until);
  // The first page cannot be "expired" unless a version was asked for, and then the answer is the caller's.
  if (all || !all.error().gone() || options.limit == 0 || !options.resource_version.empty()) return all;
  auto unlimited = options;
  unlimited.limit = 0;
  return list_pages(resource, ns, unlimited, until);
}

}  // namespace

Result<std::unique_ptr<Client>> Client::create(ClusterConfig config, ClientOptions options) {
  GRADUAND_TRY_ASSIGN(std::shared_ptr<internal::Transport> transport, internal::Transport::create(config, options));
  return std::make_unique<DynamicClient>(std::move(config), std::move(options), std::move(transport));
}

ApiResult<std::string> server_version(Client& client) {
  auto answer = client.raw("GET", "/version");
  if (!answer) return tl::unexpected(std::move(answer).error());
  const auto parsed = parse_json(answer->body, "/version");
  auto version = parsed ? string_at(*parsed, "gitVersion") : std::string();
  if (!version.empty()) return version;
  ApiError error;
  error.message = "no gitVersion in the answer";
  error.transport = ErrorKind::kInfrastructure;
  error.request = "GET /version";
  return tl::unexpected(std::move(error));
}

}  // namespace graduand::kube
