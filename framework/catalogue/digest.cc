// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/digest.h"

#include <openssl/evp.h>

#include <cstdlib>

namespace graduand::catalogue {

std::string sha256_hex(std::string_view text, std::size_t digits) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  // Only memory exhaustion makes it fail; an empty identity would be worse than ending.
  if (EVP_Digest(text.data(), text.size(), digest, &length, EVP_sha256(), nullptr) != 1) std::abort();
  constexpr char kHex[] = "0123456789abcdef";
  std::string hex;
  for (unsigned i = 0; i < length && hex.size() < digits; ++i) {
    hex += kHex[digest[i] >> 4];
    hex += kHex[digest[i] & 15];
  }
  return hex.substr(0, digits);
}

}  // namespace graduand::catalogue
