// SPDX-License-Identifier: Apache-2.0
#include "framework/kube/internal/pem.h"

#include <openssl/err.h>
#include <openssl/pem.h>

namespace graduand::kube::internal {
namespace {

struct BioDelete {
  void operator()(BIO* p) const { BIO_free(p); }
};
using BioPtr = std::unique_ptr<BIO, BioDelete>;

BioPtr memory_bio(std::string_view text) {
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// OpenSSL's default asks on the terminal.
int no_passphrase(char*, int, int, void*) {
  return 0;
}

bool at_end_of_pem() {
  const auto error = ERR_peek_last_error();
  return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

Result<std::vector<X509Ptr>> parse(std::string_view pem, const std::string& what, bool pass_over_broken) {
  ERR_clear_error();
  std::vector<X509Ptr> found;
  auto bio = memory_bio(pem);
  std::string broken;
  for (;;) {
    if (X509* certificate = PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr)) {
      found.emplace_back(certificate);
      continue;
    }
    if (at_end_of_pem()) break;
    broken = openssl_reason();
    if (!pass_over_broken) break;
  }
  ERR_clear_error();
  if (!broken.empty() && (found.empty() || !pass_over_broken)) {
    return fail(ErrorKind::kUsage, what + ": a certificate is broken (" + broken + ")");
  }
  if (found.empty()) {
    return fail(ErrorKind::kUsage, what + ": no certificate in it, expected PEM (-----BEGIN CERTIFICATE-----)");
  }
  return found;
}

}  // namespace

std::string openssl_reason() {
  const auto error = ERR_get_error();
  ERR_clear_error();
  if (error == 0) return "unknown reason";
  const char* reason = ERR_reason_error_string(error);
  return reason != nullptr ? reason : "error " + std::to_string(error);
}

Result<std::vector<X509Ptr>> parse_certificates(std::string_view pem, const std::string& what) {
  return parse(pem, what, false);
}

Result<std::vector<X509Ptr>> parse_roots(std::string_view pem, const std::string& what) {
  return parse(pem, what, true);
}

Result<KeyPtr> parse_private_key(std::string_view pem, const std::string& what) {
  ERR_clear_error();
  auto bio = memory_bio(pem);
  KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  if (key) return key;
  const auto reason = openssl_reason();
  if (pem.find("PRIVATE KEY-----") == std::string_view::npos) {
    return fail(ErrorKind::kUsage, what + ": no private key in it, expected PEM without a passphrase");
  }
  return fail(ErrorKind::kUsage, what + ": the private key is broken or has a passphrase (" + reason + ")");
}

Status check_key_pair(const std::string& certificate_pem, const std::string& key_pem,
                      const std::string& certificate_what, const std::string& key_what) {
  GRADUAND_TRY_ASSIGN(const auto certificates, parse_certificates(certificate_pem, certificate_what));
  GRADUAND_TRY_ASSIGN(const auto key, parse_private_key(key_pem, key_what));
  if (X509_check_private_key(certificates.front().get(), key.get()) != 1) {
    ERR_clear_error();
    return fail(ErrorKind::kUsage, key_what + ": the key does not belong to the certificate of " + certificate_what);
  }
  return {};
}

}  // namespace graduand::kube::internal
