// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "framework/kube/client.h"

namespace graduand::cluster::testing_support {

// An API server's objects in memory, for any number of clients. Nothing changes by itself: what a wait waits for is
// there when it looks, or never, and then `never` makes it end at once. Thread-safe.
class ScriptedApi {
 public:
  using Key = std::tuple<std::string, std::string, std::string>;  // plural, namespace, name

  // Objects of these names are not to be waited for: a list for one of them is refused.
  std::set<std::string> never;
  // Answers for raw(); without one it is 404. Called without the lock.
  std::function<kube::ApiResult<kube::HttpResponse>(const std::string& path)> page;
  std::function<void(const std::string& what)> on_write;  // "patch leases kube-scheduler"; called without the lock

  void put(const std::string& plural, const std::string& ns, const std::string& name, json::object more) {
    const std::lock_guard<std::recursive_mutex> lock(mutex_);
    json::object& metadata =
        more["metadata"].is_object() ? more["metadata"].as_object() : (more["metadata"] = json::object{}).as_object();
    metadata["name"] = name;
    metadata["namespace"] = ns;
    objects_[{plural, ns, name}] = std::move(more);
  }
  void set_never(const std::string& name, bool so) {
    const std::lock_guard<std::recursive_mutex> lock(mutex_);
    if (so)
      never.insert(name);
    else
      never.erase(name);
  }
  void erase(const std::string& plural, const std::string& ns, const std::string& name) {
    const std::lock_guard<std::recursive_mutex> lock(mutex_);
    objects_.erase({plural, ns, name});
  }
  json::value get(const std::string& plural, const std::string& ns, const std::string& name) const {
    const std::lock_guard<std::recursive_mutex> lock(mutex_);
    const auto found = objects_.find({plural, ns, name});
    return found == objects_.end() ? json::value(nullptr) : found->second;
  }
  std::unique_ptr<kube::Client> client();

  static kube::ApiError error(int code, const std::string& reason, const std::string& message) {
    kube::ApiError error;
    error.http_code = code;
    error.reason = reason;
    error.message = message;
    return error;
  }

 private:
  class Client;
  friend class Client;

  // RFC 7386.
  static void merge(json::value& into, const json::value& patch) {
    if (!patch.is_object()) {
      into = patch;
      return;
    }
    if (!into.is_object()) into = json::object{};
    for (const auto& [key, value] : patch.as_object()) {
      if (value.is_null())
        into.as_object().erase(key);
      else
        merge(into.as_object()[key], value);
    }
  }

  mutable std::recursive_mutex mutex_;
  std::map<Key, json::value> objects_;
};

class ScriptedApi::Client final : public kube::Client {
 public:
  explicit Client(ScriptedApi& api) : api_(api) {}

  kube::ApiResult<json::value> get(const kube::Resource& resource, const std::string& ns,
                                   const std::string& name) override {
    json::value found = api_.get(resource.plural, ns, name);
    if (found.is_null()) return refused(404, "NotFound", name);
    return found;
  }
  kube::ApiResult<kube::ObjectList> list(const kube::Resource& resource, const std::string& ns,
                                         const kube::ListOptions& options) override {
    constexpr std::string_view kByName = "metadata.name=";
    const bool by_name = options.field_selector.starts_with(kByName);
    const std::string name = by_name ? options.field_selector.substr(kByName.size()) : "";
    const std::lock_guard<std::recursive_mutex> lock(api_.mutex_);
    if (api_.never.contains(by_name ? name : resource.plural))
      return refused(422, "Invalid", "it never becomes so: " + (by_name ? name : resource.plural));
    kube::ObjectList found;
    found.resource_version = "1";
    for (const auto& [key, object] : api_.objects_) {
      if (std::get<0>(key) != resource.plural || (!ns.empty() && std::get<1>(key) != ns)) continue;
      if (by_name && std::get<2>(key) != name) continue;
      if (!has_label(object, options.label_selector)) continue;
      found.items.push_back(object);
    }
    return found;
  }
  kube::ApiResult<json::value> patch(const kube::Resource& resource, const std::string& ns, const std::string& name,
                                     kube::PatchType type, const json::value& patch, const kube::WriteOptions&,
                                     const std::string&) override {
    json::value object = api_.get(resource.plural, ns, name);
    if (object.is_null()) return refused(404, "NotFound", name);
    if (type == kube::PatchType::kMerge) {
      merge(object, patch);
    } else {  // what transitions send: replacements, and tests before them
      for (const json::value& step : patch.as_array()) {
        json::value& place = object.at_pointer(std::string(step.at("path").as_string()));
        if (step.at("op").as_string() != "test")
          place = step.at("value");
        else if (place != step.at("value"))
          return refused(422, "Invalid", "the test failed");
      }
    }
    api_.put(resource.plural, ns, name, object.as_object());
    if (api_.on_write) api_.on_write("patch " + resource.plural + " " + name);
    return object;
  }
  kube::ApiResult<json::value> remove(const kube::Resource& resource, const std::string& ns, const std::string& name,
                                      const kube::DeleteOptions&) override {
    api_.erase(resource.plural, ns, name);
    if (api_.on_write) api_.on_write("delete " + resource.plural + " " + name);
    return json::object{};
  }
  kube::ApiResult<kube::HttpResponse> raw(const std::string&, const std::string& path, const std::string&,
                                          const std::string&) override {
    return api_.page ? api_.page(path) : kube::ApiResult<kube::HttpResponse>(refused(404, "NotFound", path));
  }
  kube::ApiResult<std::unique_ptr<kube::Watch>> watch(const kube::Resource& resource, const std::string&,
                                                      const kube::ListOptions& options) override {
    return refused(422, "Invalid", "nothing changes by itself: " + resource.plural + " " + options.field_selector);
  }

  kube::ApiResult<json::value> create_object(const kube::Resource&, const std::string&, const json::value&,
                                             const kube::WriteOptions&) override {
    return refused(405, "MethodNotAllowed", "create");
  }
  kube::ApiResult<json::value> update(const kube::Resource&, const std::string&, const json::value&,
                                      const kube::WriteOptions&, const std::string&) override {
    return refused(405, "MethodNotAllowed", "update");
  }
  kube::ApiResult<void> remove_collection(const kube::Resource&, const std::string&, const kube::ListOptions&,
                                          const kube::DeleteOptions&) override {
    return refused(405, "MethodNotAllowed", "remove_collection");
  }
  kube::ApiResult<std::string> logs(const std::string&, const std::string&, const std::string&, bool,
                                    std::optional<int>) override {
    return refused(405, "MethodNotAllowed", "logs");
  }
  kube::ApiResult<kube::ExecResult> exec(const std::string&, const std::string&, const std::string&,
                                         const std::vector<std::string>&, milliseconds, const std::string&) override {
    return refused(405, "MethodNotAllowed", "exec");
  }
  const kube::ClusterConfig& config() const override { return config_; }

 private:
  static tl::unexpected<kube::ApiError> refused(int code, const std::string& reason, const std::string& message) {
    return tl::unexpected<kube::ApiError>(error(code, reason, message));
  }
  static bool has_label(const json::value& object, const std::string& selector) {
    const std::size_t equals = selector.find('=');
    if (equals == std::string::npos) return true;
    const json::value* value = find_path(object, {"metadata", "labels", std::string_view(selector).substr(0, equals)});
    return value != nullptr && value->is_string() && value->as_string() == selector.substr(equals + 1);
  }

  ScriptedApi& api_;
  kube::ClusterConfig config_;
};

inline std::unique_ptr<kube::Client> ScriptedApi::client() {
  return std::make_unique<Client>(*this);
}

}  // namespace graduand::cluster::testing_support
