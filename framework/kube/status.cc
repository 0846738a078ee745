// SPDX-License-Identifier: Apache-2.0
#include "framework/kube/status.h"

#include "framework/base/text.h"

namespace graduand::kube {
namespace {

constexpr std::size_t kShownBody = 512;

std::string one_line(std::string_view text) {
  auto line = printable(text);
  for (auto& c : line) {
    if (c == '\n' || c == '\t') c = ' ';
  }
  return line;
}

}  // namespace

ApiError parse_status(int http_code, std::string_view body, std::string request) {
  ApiError error;
  error.http_code = http_code;
  error.request = std::move(request);
  const auto parsed = parse_json(body, "status");
  // The error channel of exec carries a Status without its kind.
  const bool is_status =
      parsed && (string_at(*parsed, "kind") == "Status" || string_at(*parsed, "status") == "Failure");
  if (!is_status) {
    error.message = shorten(one_line(trim(body)), kShownBody);
    return error;
  }
  error.reason = string_at(*parsed, "reason");
  error.message = string_at(*parsed, "message");
  for (const auto& cause : array_at(*parsed, "details.causes")) {
    error.causes.push_back({string_at(cause, "reason"), string_at(cause, "message"), string_at(cause, "field")});
  }
  if (const auto wait = int_at(*parsed, "details.retryAfterSeconds"); wait > 0) error.retry_after = seconds(wait);
  return error;
}

std::string to_string(const ApiError& error) {
  std::string text = error.request;
  if (!text.empty()) text += ": ";
  if (error.from_server()) {
    text += std::to_string(error.http_code);
    if (!error.reason.empty()) text += " " + error.reason;
    if (!error.message.empty()) text += ": ";
  }
  return text + one_line(error.message);
}

Error to_error(const ApiError& error) {
  ErrorKind kind = error.transport;
  if (error.from_server()) {
    kind = ErrorKind::kProduct;
    if (error.not_found()) kind = ErrorKind::kNotFound;
    if (error.conflict() || error.already_exists()) kind = ErrorKind::kConflict;
  }
  return Error{kind, to_string(error)};
}

}  // namespace graduand::kube
