// SPDX-License-Identifier: Apache-2.0
#include "framework/kube/wait.h"

#include <algorithm>
#include <map>

#include "framework/kube/internal/until.h"

namespace graduand::kube {
namespace {

using internal::Until;

constexpr milliseconds kFirstPause{50};
constexpr milliseconds kLongestPause{1000};

// What a list or an event changed. Called with the whole list first and after each relist, then event by event.
struct Observer {
  std::function<bool(const ObjectList&)> on_list;
  std::function<bool(const WatchEvent&)> on_event;
};

struct Followed {
  bool satisfied = false;
  bool cancelled = false;
  Timestamp seen{};
  std::optional<ApiError> trouble;  // the last one, when it was not mended since
  bool refused = false;             // trouble is an answer that will not change by itself
};

// An answer that says "no" for good: the request is wrong or not allowed. 404 is one too: a list of a resource that is
// served never answers it.
bool is_refusal(const ApiError& error) {
  return error.from_server() && error.http_code >= 400 && error.http_code < 500 && error.http_code != 429 &&
         !error.gone();
}

// Lists, watches from there, relists when the watch has ended for good, and comes back after broken connections.
class Follower {
 public:
  Follower(Client& client, const Resource& resource, const std::string& ns, ListOptions selector, Until until)
      : client_(client), resource_(resource), ns_(ns), selector_(std::move(selector)), until_(std::move(until)) {}

  Followed run(const Observer& observer) {
    while (!over()) {
      if (!session(observer)) return std::move(followed_);
      if (followed_.trouble) {
        if (until_.cancel.wait_for(std::min(pause_, until_.left()))) break;
        pause_ = std::min(pause_ * 2, kLongestPause);
      }
    }
    followed_.cancelled = until_.cancel.cancelled();
    return std::move(followed_);
  }

 private:
  bool over() const { return until_.cancelled_or_late(); }

  ListOptions options() const {
    auto options = selector_;
    options.timeout = std::max(until_.left(), milliseconds{1});
    options.cancel = until_.cancel;
    return options;
  }

  // True when it is worth another session. Once it was let in, a "no" is not for good: an API server that has just
  // started answers 403 and 404 until it knows its roles and custom resources.
  bool failed(ApiError error) {
    followed_.refused = !admitted_ && is_refusal(error);
    followed_.trouble = std::move(error);
    return !followed_.refused;
  }

  bool session(const Observer& observer) {
    auto list = client_.list(resource_, ns_, options());
    if (!list) return failed(std::move(list).error());
    admitted_ = true;
    followed_.trouble.reset();
    followed_.seen = system_clock().now();
    followed_.satisfied = observer.on_list(*list);
    if (followed_.satisfied) return false;
    auto from = options();
    from.resource_version = list->resource_version;
    auto watch = client_.watch(resource_, ns_, from);
    if (!watch) return failed(std::move(watch).error());
    return events(**watch, observer);
  }

  bool events(Watch& watch, const Observer& observer) {
    while (!over()) {
      auto event = watch.next(until_.left(), until_.cancel);
      // What has ended is not asked again: another list, after a pause, and another watch from there.
      if (!event && watch.ended()) return failed(std::move(event).error());
      if (!event) {
        if (event.error().transport == ErrorKind::kCancelled) return true;
        followed_.trouble = std::move(event).error();
        continue;  // the watch paces its own attempts to resume
      }
      followed_.trouble.reset();
      pause_ = kFirstPause;
      if (!*event || (*event)->type == WatchEvent::Type::kBookmark) continue;
      followed_.seen = (*event)->received;
      followed_.satisfied = observer.on_event(**event);
      if (followed_.satisfied) return false;
    }
    return true;
  }

  Client& client_;
  const Resource& resource_;
  const std::string& ns_;
  const ListOptions selector_;
  const Until until_;
  milliseconds pause_ = kFirstPause;
  bool admitted_ = false;
  Followed followed_;
};

std::string failure_text(const Followed& followed, const std::string& subject, milliseconds limit, milliseconds waited,
                         const std::string& last_seen) {
  std::string text;
  if (followed.refused) {
    return "cannot wait for " + subject + ": " + to_string(*followed.trouble);
  }
  if (followed.cancelled) {
    text = "cancelled after " + format_duration(waited) + " of waiting for " + subject;
  } else {
    text = "timed out after " + format_duration(limit) + " waiting for " + subject;
  }
  text += "; last seen: " + last_seen;
  if (followed.trouble) {
    text += followed.trouble->from_server() ? "; the API refused at last: " : "; the API could not be reached: ";
    text += to_string(*followed.trouble);
  }
  return text;
}

bool transport_failed(const Followed& followed) {
  return !followed.satisfied && !followed.cancelled && followed.trouble && !followed.trouble->from_server();
}

std::string subject_of(const Resource& resource, const std::string& ns, const std::string& name) {
  std::string kind = resource.kind.empty() ? resource.plural : resource.kind;
  for (auto& c : kind) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  const bool with_namespace = resource.namespaced && !ns.empty();
  return kind + " " + (with_namespace ? ns + "/" : "") + name;
}

milliseconds since(SteadyTime start) {
  return std::chrono::duration_cast<milliseconds>(system_clock().steady_now() - start);
}

}  // namespace

WaitOutcome wait_for(Client& client, const Resource& resource, const std::string& ns, const std::string& name,
                     const std::string& what, const Condition& condition, milliseconds limit,
                     const CancelToken& cancel) {
  WaitOutcome outcome;
  bool ever_looked = false;
  const auto started = system_clock().steady_now();
  const auto decide = [&](json::value object) {
    ever_looked = true;
    outcome.object = std::move(object);
    return condition(outcome.object);
  };
  Observer observer;
  observer.on_list = [&](const ObjectList& list) {
    for (const auto& item : list.items) {
      if (name_of(item) == name) return decide(item);
    }
    return decide(nullptr);
  };
  observer.on_event = [&](const WatchEvent& event) {
    if (name_of(event.object) != name) return false;
    return decide(event.type == WatchEvent::Type::kDeleted ? json::value(nullptr) : event.object);
  };
  ListOptions selector;
  selector.field_selector = "metadata.name=" + name;
  const auto followed = Follower(client, resource, ns, selector, Until::after(limit, cancel)).run(observer);
  outcome.satisfied = followed.satisfied;
  outcome.seen = followed.seen;
  outcome.waited = since(started);
  outcome.transport_failed = transport_failed(followed);
  if (!outcome.satisfied) {
    outcome.message = failure_text(followed, subject_of(resource, ns, name) + " " + what, limit, outcome.waited,
                                   ever_looked ? describe_object(outcome.object) : "nothing");
  }
  return outcome;
}

WaitOutcome wait_for_deletion(Client& client, const Resource& resource, const std::string& ns, const std::string& name,
                              milliseconds limit, const CancelToken& cancel, const std::string& uid) {
  const auto gone = [&uid](const json::value& object) {
    return object.is_null() || (!uid.empty() && uid_of(object) != uid);
  };
  return wait_for(client, resource, ns, name, "to be deleted", gone, limit, cancel);
}

WaitOutcome wait_for_pod_ready(Client& client, const std::string& ns, const std::string& name, milliseconds limit,
                               const CancelToken& cancel) {
  const auto ready = [](const json::value& pod) { return has_condition(pod, "Ready", "True"); };
  return wait_for(client, resources::kPods, ns, name, "to be Ready", ready, limit, cancel);
}

SetOutcome wait_for_set(Client& client, const Resource& resource, const std::string& ns, const ListOptions& selector,
                        const std::string& what, const std::function<bool(const std::vector<json::value>&)>& condition,
                        milliseconds limit, const CancelToken& cancel) {
  std::map<std::pair<std::string, std::string>, json::value> objects;
  SetOutcome outcome;
  const auto started = system_clock().steady_now();
  const auto decide = [&] {
    outcome.objects.clear();
    for (const auto& [key, object] : objects) outcome.objects.push_back(object);
    return condition(outcome.objects);
  };
  const auto key_of = [](const json::value& object) { return std::pair(namespace_of(object), name_of(object)); };
  Observer observer;
  observer.on_list = [&](const ObjectList& list) {
    objects.clear();
    for (const auto& item : list.items) objects[key_of(item)] = item;
    return decide();
  };
  observer.on_event = [&](const WatchEvent& event) {
    if (event.type == WatchEvent::Type::kDeleted) {
      objects.erase(key_of(event.object));
    } else {
      objects[key_of(event.object)] = event.object;
    }
    return decide();
  };
  const auto followed = Follower(client, resource, ns, selector, Until::after(limit, cancel)).run(observer);
  outcome.satisfied = followed.satisfied;
  outcome.transport_failed = transport_failed(followed);
  if (!outcome.satisfied) {
    std::string last_seen = std::to_string(outcome.objects.size()) + " objects";
    for (std::size_t i = 0; i < outcome.objects.size() && i < 10; ++i) {
      last_seen += "; " + name_of(outcome.objects[i]) + ": " + describe_object(outcome.objects[i]);
    }
    outcome.message = failure_text(followed, resource.plural + (ns.empty() ? "" : " in " + ns) + " " + what, limit,
                                   since(started), last_seen);
  }
  return outcome;
}

}  // namespace graduand::kube
