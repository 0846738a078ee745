// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "framework/base/error.h"

namespace graduand::kube::internal {

struct OpenSslDelete {
  void operator()(X509* p) const { X509_free(p); }
  void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
};
using X509Ptr = std::unique_ptr<X509, OpenSslDelete>;
using KeyPtr = std::unique_ptr<EVP_PKEY, OpenSslDelete>;

// The reason of the oldest error in OpenSSL's queue, which is emptied. Reasons name no data.
std::string openssl_reason();

// All certificates of a text, at least one. kUsage naming `what` otherwise.
Result<std::vector<X509Ptr>> parse_certificates(std::string_view pem, const std::string& what);
// The same of trusted roots, where broken ones are passed over when another is good, as Go does.
Result<std::vector<X509Ptr>> parse_roots(std::string_view pem, const std::string& what);
// A private key without a passphrase; never asks for one.
Result<KeyPtr> parse_private_key(std::string_view pem, const std::string& what);
// kUsage when the key is not the certificate's.
Status check_key_pair(const std::string& certificate_pem, const std::string& key_pem,
                      const std::string& certificate_what, const std::string& key_what);

}  // namespace graduand::kube::internal
