// SPDX-License-Identifier: Apache-2.0
#include "framework/results/utf8.h"

#include <cstdint>

namespace graduand::results {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

struct Decoded {
  std::uint32_t code = 0;
  std::size_t length = 1;  // of the character, or of the ill-formed part
  bool valid = false;
};

// Table 3-7 of the Unicode standard: the second byte's range depends on the first.
Decoded decode_first(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1, true};
  std::size_t length = 0;
  unsigned char low = 0x80, high = 0xBF;
  if (first >= 0xC2 && first <= 0xDF) {
    length = 2;
  } else if (first >= 0xE0 && first <= 0xEF) {
    length = 3;
    if (first == 0xE0) low = 0xA0;
    if (first == 0xED) high = 0x9F;
  } else if (first >= 0xF0 && first <= 0xF4) {
    length = 4;
    if (first == 0xF0) low = 0x90;
    if (first == 0xF4) high = 0x8F;
  } else {
    return {};
  }
  std::uint32_t code = first & (0xFFu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if (i >= text.size() || byte(i) < low || byte(i) > high) return {0, i, false};
    code = code << 6 | (byte(i) & 0x3Fu);
    low = 0x80;
    high = 0xBF;
  }
  return {code, length, true};
}

bool xml_can_carry(std::uint32_t code) {
  if (code < 0x20) return code == '\t' || code == '\n' || code == '\r';
  return code != 0xFFFE && code != 0xFFFF;
}

template <class Keep>
std::string cleaned(std::string_view text, Keep keep) {
  std::string clean;
  clean.reserve(text.size());
  while (!text.empty()) {
    const Decoded next = decode_first(text);
    if (!next.valid) {
      clean += kReplacement;
    } else if (keep(next.code)) {
      clean += text.substr(0, next.length);
    }
    text.remove_prefix(next.length);
  }
  return clean;
}

}  // namespace

std::string valid_utf8(std::string_view text) {
  return cleaned(text, [](std::uint32_t) { return true; });
}

std::string xml_text(std::string_view text) {
  return cleaned(text, xml_can_carry);
}

void make_valid_utf8(json::value& value) {
  if (auto* text = value.if_string()) {
    *text = valid_utf8(std::string_view(*text));
  } else if (auto* array = value.if_array()) {
    for (json::value& element : *array) make_valid_utf8(element);
  } else if (auto* object = value.if_object()) {
    json::object clean;
    clean.reserve(object->size());
    for (auto& member : *object) {
      make_valid_utf8(member.value());
      clean[valid_utf8(member.key())] = std::move(member.value());
    }
    *object = std::move(clean);
  }
}

}  // namespace graduand::results
