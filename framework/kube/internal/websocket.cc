// SPDX-License-Identifier: Apache-2.0
#include "framework/kube/internal/websocket.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "framework/base/text.h"

namespace graduand::kube::internal {
namespace {

using Kind = WebSocketMessage::Kind;

constexpr unsigned kContinuation = 0, kText = 1, kBinary = 2, kClose = 8, kPing = 9, kPong = 10;

unsigned opcode_of(Kind kind) {
  switch (kind) {
    case Kind::kText:
      return kText;
    case Kind::kBinary:
      return kBinary;
    case Kind::kClose:
      return kClose;
    case Kind::kPing:
      return kPing;
    case Kind::kPong:
      return kPong;
  }
  return kBinary;
}

std::optional<Kind> kind_of(unsigned opcode) {
  switch (opcode) {
    case kText:
      return Kind::kText;
    case kBinary:
      return Kind::kBinary;
    case kClose:
      return Kind::kClose;
    case kPing:
      return Kind::kPing;
    case kPong:
      return Kind::kPong;
    default:
      return std::nullopt;
  }
}

// The nonce and the mask guard proxies, not data: they need no reproducible randomness, and a failure cannot happen
// once the generator is seeded.
std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count));
  return bytes;
}

void append_big_endian(std::string& out, std::uint64_t value, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) out += static_cast<char>((value >> shift) & 0xff);
}

tl::unexpected<Error> broken(const std::string& why) {
  return fail(ErrorKind::kInfrastructure, "the server broke the WebSocket protocol: " + why);
}

}  // namespace

std::string new_websocket_key() {
  return base64_encode(random_bytes(16));
}

std::string websocket_accept_of(const std::string& key) {
  const std::string text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha1(), nullptr);
  return base64_encode({reinterpret_cast<const char*>(digest), size});
}

std::string encode_frame(Kind kind, std::string_view payload) {
  std::string frame;
  frame += static_cast<char>(0x80u | opcode_of(kind));
  if (payload.size() < 126) {
    frame += static_cast<char>(0x80u | payload.size());
  } else if (payload.size() <= 0xffff) {
    frame += static_cast<char>(0x80u | 126u);
    append_big_endian(frame, payload.size(), 2);
  } else {
    frame += static_cast<char>(0x80u | 127u);
    append_big_endian(frame, payload.size(), 8);
  }
  const auto mask = random_bytes(4);
  frame += mask;
  for (std::size_t i = 0; i < payload.size(); ++i) frame += static_cast<char>(payload[i] ^ mask[i % 4]);
  return frame;
}

Result<std::optional<WebSocketMessage>> WebSocketDecoder::next() {
  using Found = std::optional<WebSocketMessage>;
  for (;;) {
    if (input_.size() < 2) return Found{};
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(input_[i]); };
    const bool final = (byte(0) & 0x80) != 0;
    const unsigned opcode = byte(0) & 0x0f;
    if ((byte(0) & 0x70) != 0) return broken("reserved bits are set");
    if ((byte(1) & 0x80) != 0) return broken("a masked frame");
    std::uint64_t size = byte(1) & 0x7f;
    std::size_t header = 2;
    if (size >= 126) {
      const int extra = size == 126 ? 2 : 8;
      header += static_cast<std::size_t>(extra);
      if (input_.size() < header) return Found{};
      size = 0;
      for (std::size_t i = 2; i < header; ++i) size = (size << 8) | byte(i);
    }
    const bool control = opcode >= 8;
    if (control && (!final || size > 125)) return broken("a control frame that is fragmented or too long");
    if (size > max_message_ || fragments_.size() + size > max_message_) {
      return fail(ErrorKind::kInfrastructure,
                  "a WebSocket message is larger than the limit of " + std::to_string(max_message_) + " bytes");
    }
    if (input_.size() < header + size) return Found{};
    std::string payload = input_.substr(header, size);
    input_.erase(0, header + size);
    if (control) {
      const auto kind = kind_of(opcode);
      if (!kind) return broken("an unknown opcode");
      return Found{WebSocketMessage{*kind, std::move(payload)}};
    }
    if ((opcode == kContinuation) != fragmented_.has_value()) return broken("fragments out of order");
    if (opcode != kContinuation) {
      fragmented_ = kind_of(opcode);
      if (!fragmented_) return broken("an unknown opcode");
    }
    fragments_ += payload;
    if (!final) continue;
    WebSocketMessage message{*fragmented_, std::move(fragments_)};
    fragments_.clear();
    fragmented_.reset();
    return Found{std::move(message)};
  }
}

}  // namespace graduand::kube::internal
