// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "framework/base/error.h"

namespace graduand::kube::internal {

// RFC 6455, the client's side, as text transformations; who reads and writes is another's concern.
struct WebSocketMessage {
  enum class Kind { kText, kBinary, kClose, kPing, kPong };
  Kind kind = Kind::kBinary;
  std::string payload;
};

// A base64 nonce of 16 random bytes, and what the server must answer to it (§4.2.2).
std::string new_websocket_key();
std::string websocket_accept_of(const std::string& key);

// One final frame, masked with fresh random bytes as clients must (§5.3).
std::string encode_frame(WebSocketMessage::Kind kind, std::string_view payload);

// Puts a server's frames together. Control frames may come between the fragments of a message.
class WebSocketDecoder {
 public:
  explicit WebSocketDecoder(std::size_t max_message) : max_message_(max_message) {}
  void feed(std::string_view bytes) { input_ += bytes; }
  // The next complete message; nullopt when more bytes are needed. kInfrastructure when the peer breaks the protocol.
  Result<std::optional<WebSocketMessage>> next();

 private:
  std::size_t max_message_;
  std::string input_;
  std::string fragments_;
  std::optional<WebSocketMessage::Kind> fragmented_;
};

}  // namespace graduand::kube::internal
