// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "framework/base/clock.h"
#include "framework/base/error.h"
#include "framework/base/json.h"

namespace graduand::kube {

struct StatusCause {
  std::string reason;  // "FieldValueInvalid"
  std::string message;
  std::string field;  // "spec.containers[0].lifecycle.preStop.sleep"
};

// What the API server answers with any code that is not 2xx (meta/v1 Status), or what the transport met before it could
// answer (`http_code` 0, see `transport`).
struct ApiError {
  int http_code = 0;
  std::string reason;   // "NotFound", "Invalid", "Expired", ...
  std::string message;  // as the server wrote it
  std::vector<StatusCause> causes;
  std::optional<seconds> retry_after;
  ErrorKind transport = ErrorKind::kInternal;  // meaningful when http_code is 0: kInfrastructure, kTimeout, kCancelled
  std::string request;                         // "GET /api/v1/namespaces/default/pods/x", never with credentials

  bool from_server() const { return http_code != 0; }
  bool not_found() const { return http_code == 404; }
  bool already_exists() const { return http_code == 409 && reason == "AlreadyExists"; }
  bool conflict() const { return http_code == 409 && reason == "Conflict"; }
  bool invalid() const { return http_code == 422; }
  bool forbidden() const { return http_code == 403; }
  bool gone() const { return http_code == 410 || reason == "Expired" || reason == "Gone"; }
};

template <class T>
using ApiResult = tl::expected<T, ApiError>;

// "POST /api/v1/namespaces/x/pods: 422 Invalid: Pod "x" is invalid: ..." on one line.
std::string to_string(const ApiError& error);
// For functions that return Result: kProduct for an answer of the server (kNotFound, kConflict where it fits), the
// transport's kind otherwise.
Error to_error(const ApiError& error);
// Reads a Status body; a body that is no Status is kept, shortened, as the message.
ApiError parse_status(int http_code, std::string_view body, std::string request);

}  // namespace graduand::kube
