// SPDX-License-Identifier: Apache-2.0
#include "framework/kube/internal/kubeconfig/utf16.h"

#include <cstdint>

#include "framework/base/text.h"

namespace graduand::kube::internal {
namespace {

void append_utf8(std::string& text, std::uint32_t code) {
  const auto put = [&text](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0 | code >> 6);
    put(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    put(0xe0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3f));
    put(0x80 | (code & 0x3f));
  } else {
    put(0xf0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3f));
    put(0x80 | (code >> 6 & 0x3f));
    put(0x80 | (code & 0x3f));
  }
}

}  // namespace

Result<std::string> to_utf8(std::string_view bytes, const std::string& source) {
  if (starts_with(bytes, "\xef\xbb\xbf")) return std::string(bytes.substr(3));
  const bool little = starts_with(bytes, "\xff\xfe");
  if (!little && !starts_with(bytes, "\xfe\xff")) return std::string(bytes);
  const auto broken = [&](std::size_t at) {
    return fail(ErrorKind::kUsage, "the text is not valid UTF-16, at byte " + std::to_string(at), source);
  };
  if (bytes.size() % 2 != 0) return broken(bytes.size() - 1);
  const auto unit = [&](std::size_t at) {
    const auto first = static_cast<unsigned char>(bytes[at]), second = static_cast<unsigned char>(bytes[at + 1]);
    return static_cast<std::uint32_t>(little ? first | second << 8 : first << 8 | second);
  };
  std::string text;
  for (std::size_t at = 2; at < bytes.size(); at += 2) {
    auto code = unit(at);
    if (code >= 0xd800 && code < 0xe000) {  // a pair of surrogates: high, then low
      if (code >= 0xdc00 || at + 2 >= bytes.size()) return broken(at);
      const auto low = unit(at + 2);
      if (low < 0xdc00 || low >= 0xe000) return broken(at);
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
      at += 2;
    }
    append_utf8(text, code);
  }
  return text;
}

}  // namespace graduand::kube::internal
