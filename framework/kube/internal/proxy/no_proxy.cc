// SPDX-License-Identifier: Apache-2.0
#include "framework/kube/internal/proxy/no_proxy.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "framework/base/text.h"

namespace graduand::kube::internal {
namespace {

// IPv4 as it is mapped into IPv6, so that both compare.
using Address = std::array<unsigned char, 16>;
constexpr Address kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0};
constexpr int kMappedBits = 96;

bool is_v4(const Address& address) {
  return std::equal(address.begin(), address.begin() + kMappedBits / 8, kMapped.begin());
}

std::optional<Address> parse_address(const std::string& text) {
  Address address = kMapped;
  if (inet_pton(AF_INET, text.c_str(), address.data() + 12) == 1) return address;
  if (inet_pton(AF_INET6, text.c_str(), address.data()) == 1) return address;
  return std::nullopt;
}

struct Block {
  Address address;
  int bits;
  bool contains(const Address& other) const {
    if (is_v4(address) != is_v4(other)) return false;  // "::/0" is all of IPv6 and nothing else
    for (int bit = 0; bit < bits; ++bit) {
      const auto byte = static_cast<std::size_t>(bit / 8);
      const int mask = 0x80 >> (bit % 8);
      if (((address[byte] ^ other[byte]) & mask) != 0) return false;
    }
    return true;
  }
};

std::optional<Block> parse_block(const std::string& text) {
  const auto slash = text.find('/');
  if (slash == std::string::npos) return std::nullopt;
  const auto address = parse_address(text.substr(0, slash));
  const auto digits = text.substr(slash + 1);
  if (!address || digits.empty() || digits.size() > 3 || digits.find_first_not_of("0123456789") != std::string::npos) {
    return std::nullopt;
  }
  const bool v4 = text.find(':') == std::string::npos;
  const int bits = std::stoi(digits) + (v4 ? kMappedBits : 0);
  if (bits > 128) return std::nullopt;
  return Block{*address, bits};
}

// "host:port" and "[v6]:port" apart; anything else is a host alone.
std::pair<std::string, std::string> split_port(const std::string& text) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) return {text, ""};
  const auto host = text.substr(0, colon);
  if (starts_with(host, "[") && host.back() == ']') return {host.substr(1, host.size() - 2), text.substr(colon + 1)};
  if (host.find_first_of(":[]") != std::string::npos) return {text, ""};
  return {host, text.substr(colon + 1)};
}

bool domain_matches(std::string pattern, const std::string& host) {
  if (starts_with(pattern, "*.")) pattern.erase(0, 1);
  if (pattern.front() == '.') return host.ends_with(pattern);
  return host == pattern || host.ends_with("." + pattern);
}

bool matches(const std::string& entry, const std::string& host, const std::optional<Address>& address,
             const std::string& port) {
  if (entry == "*") return true;
  if (const auto block = parse_block(entry)) return address && block->contains(*address);
  const auto [pattern, wanted_port] = split_port(entry);
  if (pattern.empty() || (!wanted_port.empty() && wanted_port != port)) return false;
  if (const auto wanted = parse_address(pattern)) return address && *wanted == *address;
  return !address && domain_matches(pattern, host);
}

}  // namespace

bool no_proxy_lists(const std::string& list, const std::string& host, std::uint16_t port) {
  const auto name = to_lower(host);
  const auto address = parse_address(name);
  const auto entries = split(list, ',');
  return std::any_of(entries.begin(), entries.end(), [&](const std::string& entry) {
    return matches(to_lower(trim(entry)), name, address, std::to_string(port));
  });
}

bool is_loopback(const std::string& host) {
  if (host == "localhost") return true;
  const auto address = parse_address(host);
  Address six{};
  six[15] = 1;
  return address && (*address == six || parse_block("127.0.0.0/8")->contains(*address));
}

}  // namespace graduand::kube::internal
