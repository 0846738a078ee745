// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "framework/base/cancel.h"
#include "framework/kube/kubeconfig.h"
#include "framework/kube/resource.h"
#include "framework/kube/status.h"

namespace graduand::kube {

enum class PatchType { kMerge, kJson, kStrategic, kApply };

struct ListOptions {
  std::string label_selector{};
  std::string field_selector{};
  std::string resource_version{};
  std::string resource_version_match{};
  int limit = 500;  // the page's size; pages are followed with `continue`
  // The deadline of the whole list, or of the watch's opening; 0 leaves it to ClientOptions.
  milliseconds timeout{0};
  CancelToken cancel{};
};

struct WriteOptions {
  bool dry_run = false;
  std::string field_manager = "graduand";
  std::string field_validation = "Strict";  // Strict, Warn, Ignore; empty leaves it to the server
  bool force = false;                       // server-side apply only
};

struct DeleteOptions {
  std::optional<int> grace_period_seconds{};
  std::string propagation_policy{};  // "", Background, Foreground, Orphan
  std::string precondition_uid{};
  json::object extra{};  // further members of the DeleteOptions body
};

struct ObjectList {
  std::vector<json::value> items;
  std::string resource_version;
};

struct WatchEvent {
  enum class Type { kAdded, kModified, kDeleted, kBookmark, kError };
  Type type;
  json::value object;
  Timestamp received;  // when its last byte was read
};

// One open watch. Not thread-safe. Closing (destruction) ends the request. It may outlive its client.
class Watch {
 public:
  virtual ~Watch() = default;
  // The next event; nullopt when `limit` has passed; an error when the stream broke. After most errors the next call
  // tries to resume from the last resourceVersion, with a pause that grows. Only while it reconnects may it block a
  // second longer than `limit`.
  virtual ApiResult<std::optional<WatchEvent>> next(milliseconds limit, const CancelToken& cancel = {}) = 0;
  // The last error was one that resuming cannot mend: the version is gone (410), or the server sent what is no event.
  // next() gives it again at once, for ever: list, and watch anew.
  virtual bool ended() const = 0;
};

struct ExecResult {
  int exit_code = 0;
  std::string stdout_text;
  std::string stderr_text;
};

struct HttpResponse {
  int code = 0;
  std::string body;
  std::vector<std::string> warnings;  // texts of Warning: 299 headers
  std::string audit_id;
};

// Every request that was answered or failed, for a test's record: method, path, code, duration, retries, warnings.
struct RequestTrace {
  std::string request;
  int code = 0;
  milliseconds took{0};
  int retries = 0;
  std::vector<std::string> warnings;
};

struct ClientOptions {
  std::string user_agent = "graduand";
  milliseconds timeout{30000};  // the deadline of each call that is not a watch, log follow or exec
  std::size_t max_response_bytes = 256u << 20;
  std::function<void(const RequestTrace&)> on_request{};  // called from the calling thread
};

// A dynamic client: JSON objects and resource names, no generated model. Blocking calls; thread-safe, connections are
// kept alive and pooled, one per concurrent call. Retries as client-go does: only 429 and >= 500 with Retry-After, at
// most 10 times, plus one reconnect for idempotent requests on a stale keep-alive connection; each retry is counted in
// the trace.
class Client {
 public:
  // Checks certificates and keys; makes no request. kUsage when they are broken.
  static Result<std::unique_ptr<Client>> create(ClusterConfig config, ClientOptions options = {});
  virtual ~Client() = default;

  virtual ApiResult<json::value> get(const Resource&, const std::string& ns, const std::string& name) = 0;
  // All pages; a 410 on a later page restarts the list once without a limit.
  virtual ApiResult<ObjectList> list(const Resource&, const std::string& ns, const ListOptions& = {}) = 0;
  virtual ApiResult<json::value> create_object(const Resource&, const std::string& ns, const json::value& object,
                                               const WriteOptions& = {}) = 0;
  virtual ApiResult<json::value> update(const Resource&, const std::string& ns, const json::value& object,
                                        const WriteOptions& = {}, const std::string& subresource = {}) = 0;
  virtual ApiResult<json::value> patch(const Resource&, const std::string& ns, const std::string& name, PatchType,
                                       const json::value& patch, const WriteOptions& = {},
                                       const std::string& subresource = {}) = 0;
  // The server's answer: the object under deletion, or a Status.
  virtual ApiResult<json::value> remove(const Resource&, const std::string& ns, const std::string& name,
                                        const DeleteOptions& = {}) = 0;
  virtual ApiResult<void> remove_collection(const Resource&, const std::string& ns, const ListOptions& = {},
                                            const DeleteOptions& = {}) = 0;
  // From options.resource_version on (empty: from now, with synthetic ADDED events first). Bookmarks are asked for; EOF
  // is resumed from the last resourceVersion.
  virtual ApiResult<std::unique_ptr<Watch>> watch(const Resource&, const std::string& ns, const ListOptions& = {}) = 0;
  virtual ApiResult<std::string> logs(const std::string& ns, const std::string& pod, const std::string& container,
                                      bool previous = false, std::optional<int> tail_lines = {}) = 0;
  // WebSocket, v5.channel.k8s.io then v4. A command that ran and failed is a result with its exit code, not an error.
  virtual ApiResult<ExecResult> exec(const std::string& ns, const std::string& pod, const std::string& container,
                                     const std::vector<std::string>& command, milliseconds limit,
                                     const std::string& stdin_text = {}) = 0;
  // Any path with any method, such as "/metrics" or "/readyz?verbose". Non-2xx is an error, as everywhere.
  virtual ApiResult<HttpResponse> raw(const std::string& method, const std::string& path, const std::string& body = {},
                                      const std::string& content_type = {}) = 0;

  virtual const ClusterConfig& config() const = 0;
};

// gitVersion of the API server, such as "v1.33.13".
ApiResult<std::string> server_version(Client& client);

}  // namespace graduand::kube
