// SPDX-License-Identifier: Apache-2.0
#include "framework/kube/internal/exec_session.h"

#include "framework/base/text.h"
#include "framework/kube/internal/query.h"
#include "framework/kube/internal/websocket.h"

namespace graduand::kube::internal {
namespace {

// Each binary message starts with its channel; 255 closes one (v5 only).
constexpr char kStdin = 0, kStdout = 1, kStderr = 2, kErrors = 3, kCloseChannel = static_cast<char>(255);
constexpr std::size_t kStdinPiece = 32u << 10;
// client-go: tools/remotecommand/websocket.go
constexpr seconds kPingEvery{5};
constexpr seconds kSilenceLimit{61};

using Kind = WebSocketMessage::Kind;

class Session {
 public:
  Session(std::unique_ptr<Stream> stream, const std::string& already_read, std::size_t max_bytes, bool can_close_stdin)
      : stream_(std::move(stream)), decoder_(max_bytes), max_bytes_(max_bytes), can_close_stdin_(can_close_stdin) {
    decoder_.feed(already_read);
  }

  // Until the server closes or the error channel spoke and the limit ends.
  Status run(const std::string& stdin_text, const Until& until);

  ExecResult result;
  std::string status;  // what came on the error channel

 private:
  void queue_stdin(const std::string& text);
  Status take_messages();
  Result<bool> exchange();
  void ping_if_due();
  bool finished() const { return closed_ || (!status.empty() && parse_json(status, "status")); }

  std::unique_ptr<Stream> stream_;
  WebSocketDecoder decoder_;
  std::size_t max_bytes_;
  bool can_close_stdin_;
  bool closed_ = false;
  std::string outgoing_;
  SteadyTime last_heard_ = system_clock().steady_now();
  SteadyTime last_ping_ = last_heard_;
};

void Session::queue_stdin(const std::string& text) {
  if (text.empty()) return;
  for (std::size_t at = 0; at < text.size(); at += kStdinPiece) {
    outgoing_ += encode_frame(Kind::kBinary, std::string(1, kStdin) + text.substr(at, kStdinPiece));
  }
  if (can_close_stdin_) outgoing_ += encode_frame(Kind::kBinary, {std::string{kCloseChannel, kStdin}});
}

Status Session::take_messages() {
  for (;;) {
    GRADUAND_TRY_ASSIGN(auto message, decoder_.next());
    if (!message) return {};
    if (message->kind == Kind::kClose) {
      closed_ = true;
      outgoing_ += encode_frame(Kind::kClose, message->payload);
      return {};
    }
    if (message->kind == Kind::kPing) outgoing_ += encode_frame(Kind::kPong, message->payload);
    if (message->kind != Kind::kBinary && message->kind != Kind::kText) continue;
    if (message->payload.empty()) continue;
    const char channel = message->payload[0];
    const auto data = std::string_view(message->payload).substr(1);
    if (channel == kStdout) result.stdout_text += data;
    if (channel == kStderr) result.stderr_text += data;
    if (channel == kErrors) status += data;
    if (result.stdout_text.size() + result.stderr_text.size() > max_bytes_) {
      return fail(ErrorKind::kInfrastructure,
                  "the command wrote more than the limit of " + std::to_string(max_bytes_) + " bytes");
    }
  }
}

// One step in each direction without blocking; false when neither moved. Reading goes on while stdin is written, or
// both sides could wait for the other for ever.
Result<bool> Session::exchange() {
  bool moved = false;
  if (!outgoing_.empty()) {
    GRADUAND_TRY_ASSIGN(const auto sent, stream_->try_write(outgoing_));
    if (sent) outgoing_.erase(0, *sent);
    moved = sent.has_value();
  }
  char buffer[32u << 10];
  GRADUAND_TRY_ASSIGN(const auto got, stream_->try_read(buffer, sizeof(buffer)));
  if (!got) return moved;
  if (*got == 0) closed_ = true;
  last_heard_ = system_clock().steady_now();
  decoder_.feed({buffer, *got});
  GRADUAND_TRY(take_messages());
  return true;
}

void Session::ping_if_due() {
  const auto now = system_clock().steady_now();
  if (now - last_ping_ < kPingEvery) return;
  last_ping_ = now;
  outgoing_ += encode_frame(Kind::kPing, {});
}

Status Session::run(const std::string& stdin_text, const Until& until) {
  queue_stdin(stdin_text);
  GRADUAND_TRY(take_messages());
  // The error channel speaks last: nothing is worth waiting for after a complete Status.
  while (!finished()) {
    GRADUAND_TRY_ASSIGN(const bool moved, exchange());
    if (moved) continue;
    if (system_clock().steady_now() - last_heard_ > kSilenceLimit) {
      return fail(ErrorKind::kInfrastructure, "nothing was heard for " + format_duration(kSilenceLimit));
    }
    Until step = until;
    step.deadline = std::min(until.deadline, last_ping_ + kPingEvery);
    auto waited = stream_->wait(!outgoing_.empty(), step);
    if (!waited && (waited.error().kind != ErrorKind::kTimeout || until.left().count() == 0)) return waited;
    ping_if_due();
  }
  return {};
}

}  // namespace

ApiResult<int> exit_code_of(std::string_view status_json, const std::string& request) {
  const auto parsed = parse_json(status_json, "status");
  if (parsed && string_at(*parsed, "status") == "Success") return 0;
  auto error = parse_status(500, status_json, request);
  if (parsed) error.http_code = static_cast<int>(int_at(*parsed, "code", 500));
  if (error.reason != "NonZeroExitCode") return tl::unexpected(std::move(error));
  for (const auto& cause : error.causes) {
    if (cause.reason != "ExitCode") continue;
    const auto& digits = cause.message;
    if (digits.empty() || digits.size() > 4 || digits.find_first_not_of("0123456789") != std::string::npos) break;
    return std::stoi(digits);
  }
  return tl::unexpected(std::move(error));
}

ApiResult<ExecResult> run_exec(Transport& transport, const ExecTarget& target, const Until& until) {
  UrlQuery query;
  for (const auto& part : target.command) query.add("command", part);
  query.add_if("container", target.container);
  query.add("stdout", "true");
  query.add("stderr", "true");
  if (!target.stdin_text.empty()) query.add("stdin", "true");
  const auto key = new_websocket_key();
  Call call{"GET", target.path + query.text()};
  call.headers = {{"Connection", "Upgrade"},
                  {"Upgrade", "websocket"},
                  {"Sec-WebSocket-Version", "13"},
                  {"Sec-WebSocket-Key", key},
                  {"Sec-WebSocket-Protocol", "v5.channel.k8s.io, v4.channel.k8s.io"}};
  call.accept = "*/*";
  call.success = 101;
  auto opened = transport.open(call, until);
  if (!opened) return tl::unexpected(std::move(opened).error());
  const auto& head = opened->head;
  const auto protocol = head.header("Sec-WebSocket-Protocol");
  if (head.header("Sec-WebSocket-Accept") != websocket_accept_of(key) ||
      (protocol != "v5.channel.k8s.io" && protocol != "v4.channel.k8s.io")) {
    return tl::unexpected(transport_error(
        Error{ErrorKind::kInfrastructure, "the server's answer to the WebSocket request does not fit it"}, call));
  }
  std::string already_read;
  auto stream = opened->connection->take_stream(already_read);
  Session session(std::move(stream), already_read, transport.options().max_response_bytes,
                  protocol == "v5.channel.k8s.io");
  auto ran = session.run(target.stdin_text, until);
  if (!ran) return tl::unexpected(transport_error(ran.error(), call));
  if (session.status.empty()) {
    return tl::unexpected(transport_error(
        Error{ErrorKind::kInfrastructure, "the connection was closed before the command's exit code came"}, call));
  }
  auto code = exit_code_of(session.status, describe(call));
  if (!code) return tl::unexpected(std::move(code).error());
  session.result.exit_code = *code;
  return std::move(session.result);
}

}  // namespace graduand::kube::internal
