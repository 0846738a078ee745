// SPDX-License-Identifier: Apache-2.0
#include "framework/kube/internal/watch_stream.h"

#include "framework/base/random.h"
#include "framework/kube/internal/query.h"

namespace graduand::kube::internal {
namespace {

constexpr milliseconds kFirstPause{50};
constexpr milliseconds kLongestPause{2000};
constexpr seconds kConnectLimit{1};

json::parse_options deep() {
  json::parse_options options;
  options.max_depth = static_cast<unsigned>(JsonLimits{}.max_depth);
  return options;
}

std::optional<WatchEvent::Type> type_of(std::string_view name) {
  using Type = WatchEvent::Type;
  if (name == "ADDED") return Type::kAdded;
  if (name == "MODIFIED") return Type::kModified;
  if (name == "DELETED") return Type::kDeleted;
  if (name == "BOOKMARK") return Type::kBookmark;
  if (name == "ERROR") return Type::kError;
  return std::nullopt;
}

}  // namespace

WatchStream::WatchStream(std::shared_ptr<Transport> transport, std::string path, ListOptions options)
    : transport_(std::move(transport)), path_(std::move(path)), options_(std::move(options)), parser_({}, deep()) {}

Call WatchStream::call() const {
  UrlQuery query;
  query.add("watch", "true");
  query.add("allowWatchBookmarks", "true");
  query.add_if("labelSelector", options_.label_selector);
  query.add_if("fieldSelector", options_.field_selector);
  query.add_if("resourceVersion", options_.resource_version);
  // Between five and ten minutes, as client-go's reflector, so that many watches do not end together.
  query.add("timeoutSeconds", std::to_string(300 + random_seed() % 300));
  return Call{"GET", path_ + query.text()};
}

ApiResult<void> WatchStream::open(const Until& until) {
  auto opened = transport_->open(call(), until);
  if (!opened) return tl::unexpected(std::move(opened).error());
  connection_ = std::move(opened->connection);
  parser_.reset();
  document_bytes_ = 0;
  return {};
}

void WatchStream::disconnect() {
  connection_.reset();
  // A stream that served events is resumed at once; one that served none may be a server in trouble.
  const auto pause = fruitless_ == 0 ? milliseconds{0} : kFirstPause * (1 << std::min(fruitless_ - 1, 6));
  not_before_ = system_clock().steady_now() + std::min<milliseconds>(pause, kLongestPause);
  ++fruitless_;
}

ApiResult<bool> WatchStream::reconnect(const Until& until) {
  const auto pause = std::chrono::ceil<milliseconds>(not_before_ - system_clock().steady_now());
  if (pause > milliseconds{0}) {
    if (until.cancel.wait_for(std::min(pause, until.left()))) {
      return tl::unexpected(transport_error(Error{ErrorKind::kCancelled, "cancelled"}, call()));
    }
    if (until.left().count() == 0) return false;
  }
  Until attempt = until;
  attempt.deadline = std::max(until.deadline, system_clock().steady_now() + kConnectLimit);
  auto opened = open(attempt);
  if (opened) return true;
  disconnect();
  if (opened.error().gone()) {
    error_ = opened.error();
    ended_ = true;
  }
  return tl::unexpected(std::move(opened).error());
}

void WatchStream::take_document(json::value document, Timestamp received) {
  const auto type = type_of(string_at(document, "type"));
  const json::value* object = value_at(document, "object");
  if (!type || object == nullptr) {
    error_ = transport_error(Error{ErrorKind::kInfrastructure, "the watch sent something that is no event"}, call());
    ended_ = true;
    return;
  }
  if (*type == WatchEvent::Type::kError) {
    error_ = parse_status(static_cast<int>(int_at(*object, "code", 500)), json::serialize(*object), describe(call()));
    ended_ = error_->gone();
    return;
  }
  if (auto version = resource_version_of(*object); !version.empty()) options_.resource_version = std::move(version);
  fruitless_ = 0;
  pending_.push_back(WatchEvent{*type, std::move(document.as_object()["object"]), received});
}

void WatchStream::feed(std::string_view bytes) {
  const auto received = system_clock().now();
  while (!bytes.empty() && !error_) {
    boost::system::error_code ec;
    const auto used = parser_.write_some(bytes.data(), bytes.size(), ec);
    document_bytes_ += used;
    bytes.remove_prefix(used);
    if (ec || document_bytes_ > transport_->options().max_response_bytes) {
      const auto why = ec ? "the watch sent broken JSON: " + ec.message() : std::string("an event is too large");
      error_ = transport_error(Error{ErrorKind::kInfrastructure, why}, call());
      ended_ = true;
      return;
    }
    if (!parser_.done()) continue;
    auto document = parser_.release();
    parser_.reset();
    document_bytes_ = 0;
    take_document(std::move(document), received);
  }
}

ApiResult<std::optional<WatchEvent>> WatchStream::next(milliseconds limit, const CancelToken& cancel) {
  using Next = std::optional<WatchEvent>;
  const auto until = Until::after(limit, cancel);
  for (;;) {
    if (!pending_.empty()) {
      Next event = std::move(pending_.front());
      pending_.pop_front();
      return event;
    }
    if (error_) {
      auto error = *error_;
      connection_.reset();
      if (!ended_) {
        error_.reset();
        disconnect();
      }
      return tl::unexpected(std::move(error));
    }
    if (!connection_) {
      auto connected = reconnect(until);
      if (!connected) return tl::unexpected(std::move(connected).error());
      if (!*connected) return Next{};
    }
    std::string bytes;
    auto more = connection_->read_body(bytes, until);
    if (more) {
      feed(bytes);
      if (!*more) disconnect();
    } else if (more.error().kind == ErrorKind::kTimeout) {
      return Next{};
    } else if (more.error().kind == ErrorKind::kCancelled) {
      return tl::unexpected(transport_error(more.error(), call()));
    } else {
      disconnect();
    }
  }
}

}  // namespace graduand::kube::internal
