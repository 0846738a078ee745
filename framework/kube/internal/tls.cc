// SPDX-License-Identifier: Apache-2.0
#include "framework/kube/internal/tls.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdint>

#include "framework/kube/internal/pem.h"

namespace graduand::kube::internal {
namespace {

// OpenSSL's own socket BIO uses write(2), which raises SIGPIPE when the peer is gone.
int fd_of(BIO* bio) {
  return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio)));
}

int bio_write(BIO* bio, const char* data, int size) {
  BIO_clear_retry_flags(bio);
  const auto sent = ::send(fd_of(bio), data, static_cast<std::size_t>(size), MSG_NOSIGNAL);
  if (sent < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_write(bio);
  return static_cast<int>(sent);
}

int bio_read(BIO* bio, char* data, int size) {
  BIO_clear_retry_flags(bio);
  const auto got = ::recv(fd_of(bio), data, static_cast<std::size_t>(size), 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_read(bio);
  if (got == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  return static_cast<int>(got);
}

long bio_control(BIO* bio, int command, long, void*) {
  if (command == BIO_CTRL_FLUSH) return 1;
  if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
  return 0;
}

int bio_create(BIO* bio) {
  BIO_set_init(bio, 1);
  return 1;
}

BIO_METHOD* socket_bio_method() {
  static BIO_METHOD* const method = [] {
    auto* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "graduand socket");
    BIO_meth_set_write(made, bio_write);
    BIO_meth_set_read(made, bio_read);
    BIO_meth_set_ctrl(made, bio_control);
    BIO_meth_set_create(made, bio_create);
    return made;
  }();
  return method;
}

bool is_address(const std::string& host) {
  unsigned char bytes[16];
  return inet_pton(AF_INET, host.c_str(), bytes) == 1 || inet_pton(AF_INET6, host.c_str(), bytes) == 1;
}

Status use_client_certificate(SSL_CTX* context, const ClusterConfig& config) {
  const std::string certificate_what = "the client certificate";
  const std::string key_what = "the client key";
  if (config.client_cert_pem.empty() != config.client_key_pem.empty()) {
    return fail(ErrorKind::kUsage, "a client certificate and its key are needed together, only one of them is given");
  }
  if (config.client_cert_pem.empty()) return {};
  GRADUAND_TRY(check_key_pair(config.client_cert_pem, config.client_key_pem, certificate_what, key_what));
  GRADUAND_TRY_ASSIGN(auto chain, parse_certificates(config.client_cert_pem, certificate_what));
  GRADUAND_TRY_ASSIGN(auto key, parse_private_key(config.client_key_pem, key_what));
  bool used = SSL_CTX_use_certificate(context, chain.front().get()) == 1;
  for (std::size_t i = 1; used && i < chain.size(); ++i) used = SSL_CTX_add1_chain_cert(context, chain[i].get()) == 1;
  used = used && SSL_CTX_use_PrivateKey(context, key.get()) == 1;
  if (!used) return fail(ErrorKind::kUsage, certificate_what + " cannot be used (" + openssl_reason() + ")");
  return {};
}

Status use_roots(SSL_CTX* context, const ClusterConfig& config) {
  if (config.insecure_skip_tls_verify) {
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
    return {};
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  if (config.ca_pem.empty()) {
    SSL_CTX_set_default_verify_paths(context);
    return {};
  }
  GRADUAND_TRY_ASSIGN(auto roots, parse_roots(config.ca_pem, "the certificate authority"));
  auto* store = SSL_CTX_get_cert_store(context);
  for (const auto& root : roots) X509_STORE_add_cert(store, root.get());
  // As Go does: a certificate in the list is trusted by itself, even when it is an intermediate.
  X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
  return {};
}

// Takes the BIO over.
Result<SslPtr> make_session(SSL_CTX* context, BIO* bio, const std::string& host) {
  SslPtr session(SSL_new(context));
  if (!session || bio == nullptr) {
    BIO_free(bio);
    return fail(ErrorKind::kInternal, "no TLS session (" + openssl_reason() + ")");
  }
  SSL_set_bio(session.get(), bio, bio);
  SSL_set_connect_state(session.get());
  auto* verify = SSL_get0_param(session.get());
  if (is_address(host)) {
    X509_VERIFY_PARAM_set1_ip_asc(verify, host.c_str());
  } else {
    SSL_set_tlsext_host_name(session.get(), host.c_str());
    X509_VERIFY_PARAM_set_hostflags(verify, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    X509_VERIFY_PARAM_set1_host(verify, host.c_str(), host.size());
  }
  return session;
}

}  // namespace

Result<SslContextPtr> make_tls_context(const ClusterConfig& config) {
  SslContextPtr context(SSL_CTX_new(TLS_client_method()), SslDelete{});
  if (!context) return fail(ErrorKind::kInternal, "no TLS context (" + openssl_reason() + ")");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // A peer that closes without close_notify is an end of stream like any other; HTTP's framing tells a cut body.
  SSL_CTX_set_options(context.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
  GRADUAND_TRY(use_roots(context.get(), config));
  GRADUAND_TRY(use_client_certificate(context.get(), config));
  return context;
}

Result<SslPtr> make_tls_session(SSL_CTX* context, int fd, const std::string& host) {
  BIO* bio = BIO_new(socket_bio_method());
  if (bio != nullptr) BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(fd)));
  return make_session(context, bio, host);
}

Result<SslPtr> make_inner_tls_session(SSL_CTX* context, SSL* outer, const std::string& host) {
  BIO* bio = BIO_new(BIO_f_ssl());
  if (bio != nullptr) BIO_set_ssl(bio, outer, BIO_NOCLOSE);
  return make_session(context, bio, host);
}

std::string describe_handshake_failure(SSL* session) {
  const long verified = SSL_get_verify_result(session);
  const auto reason = openssl_reason();
  if (verified == X509_V_OK) return "TLS handshake failed: " + reason;
  return std::string("the server's certificate is not accepted: ") + X509_verify_cert_error_string(verified);
}

}  // namespace graduand::kube::internal
