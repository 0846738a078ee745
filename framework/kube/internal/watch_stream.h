// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "framework/kube/internal/transport.h"

namespace graduand::kube::internal {

// One watch over as many connections as it takes. JSON documents are cut out of the body by an incremental parser: they
// do not keep to the boundaries of chunks or reads.
class WatchStream final : public Watch {
 public:
  // `path` without its query.
  WatchStream(std::shared_ptr<Transport> transport, std::string path, ListOptions options);
  ApiResult<void> open(const Until& until);
  ApiResult<std::optional<WatchEvent>> next(milliseconds limit, const CancelToken& cancel) override;
  bool ended() const override { return ended_; }

 private:
  Call call() const;
  ApiResult<bool> reconnect(const Until& until);  // false when `until` came first
  void feed(std::string_view bytes);
  void take_document(json::value document, Timestamp received);
  void disconnect();

  std::shared_ptr<Transport> transport_;
  std::string path_;
  ListOptions options_;  // resource_version is the last one seen
  std::unique_ptr<HttpConnection> connection_;
  json::stream_parser parser_;
  std::size_t document_bytes_ = 0;
  std::deque<WatchEvent> pending_;
  std::optional<ApiError> error_;  // to be told after what is pending
  bool ended_ = false;             // error_ stays
  int fruitless_ = 0;              // connections since the last event
  SteadyTime not_before_{};        // of the next attempt to connect
};

}  // namespace graduand::kube::internal
