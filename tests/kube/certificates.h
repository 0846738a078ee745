// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <string>
#include <vector>

namespace graduand::kube::testing {

struct KeyPair {
  std::string certificate;  // PEM
  std::string key;          // PEM
};

struct LeafOptions {
  std::string common_name = "leaf";
  std::string alternative_names{};  // OpenSSL's notation: "IP:127.0.0.1,DNS:example.test"
  long valid_seconds = 3600;        // from now; negative: it has expired
};

// A certificate authority that lives as long as the test.
class Authority {
 public:
  Authority();
  ~Authority();
  Authority(const Authority&) = delete;
  Authority& operator=(const Authority&) = delete;
  const std::string& pem() const { return pem_; }
  KeyPair issue(const LeafOptions& options) const;
  KeyPair server() const { return issue({"server", "IP:127.0.0.1,DNS:localhost"}); }

 private:
  X509* certificate_;
  EVP_PKEY* key_;
  std::string pem_;
};

}  // namespace graduand::kube::testing
