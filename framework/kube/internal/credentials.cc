// SPDX-License-Identifier: Apache-2.0
#include "framework/kube/internal/credentials.h"

#include <cstdio>

#include "framework/base/files.h"
#include "framework/base/text.h"

namespace graduand::kube::internal {
namespace {

constexpr seconds kTokenFileAge{60};  // as client-go; kubelets rotate tokens long before they end
constexpr seconds kExpiryMargin{10};

bool uses_tls(const ClusterConfig& config) {
  return starts_with(config.server, "https://");
}

// A key of the user's extra in a header's name: what is no character of one is %XX (client-go: transport).
std::string header_escaped(const std::string& key) {
  constexpr std::string_view kPunctuation = "!#$&'*+-.^_`|~";
  std::string name;
  for (const char c : key) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || kPunctuation.find(c) != std::string_view::npos) {
      name += c;
    } else {
      char escaped[4];
      std::snprintf(escaped, sizeof(escaped), "%%%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
      name += escaped;
    }
  }
  return name;
}

}  // namespace

Result<std::unique_ptr<Credentials>> Credentials::create(ClusterConfig config) {
  std::unique_ptr<Credentials> made(new Credentials(std::move(config)));
  made->filled_ = made->config_;
  if (uses_tls(made->config_)) {
    GRADUAND_TRY_ASSIGN(made->tls_, make_tls_context(made->config_));
  }
  return made;
}

Status Credentials::read_token_file() {
  const auto now = system_clock().steady_now();
  if (file_read_ && now - *file_read_ < kTokenFileAge) return {};
  auto text = read_file(config_.token_file, 1u << 20);
  // In the middle of a rotation the old one may still do; so may the one that stands beside the file.
  if (!text && !(file_token_.empty() && config_.token.empty())) return {};
  if (!text) return fail_with_context(text.error(), "reading the token file");
  file_token_ = std::string(trim(*text));
  file_read_ = now;
  return {};
}

Status Credentials::refresh() {
  if (!config_.token_file.empty()) GRADUAND_TRY(read_token_file());
  if (!config_.exec) return {};
  const bool expired = expires_ && system_clock().now() + kExpiryMargin >= *expires_;
  if (plugin_done_ && !expired) return {};
  std::optional<Timestamp> expires;
  GRADUAND_TRY_ASSIGN(auto filled, run_exec_plugin(config_, system_process_runner(), &expires));
  if (uses_tls(filled) && filled.client_cert_pem != filled_.client_cert_pem) {
    GRADUAND_TRY_ASSIGN(tls_, make_tls_context(filled));
    ++generation_;
  }
  filled_ = std::move(filled);
  expires_ = expires;
  plugin_done_ = true;
  return {};
}

Result<Identity> Credentials::current() {
  const std::lock_guard lock(mutex_);
  GRADUAND_TRY(refresh());
  Identity identity;
  identity.tls = tls_;
  identity.generation = generation_;
  const auto& token = file_token_.empty() ? filled_.token : file_token_;
  if (!token.empty()) {
    identity.headers.emplace_back("Authorization", "Bearer " + token);
  } else if (!filled_.username.empty()) {
    identity.headers.emplace_back("Authorization", "Basic " + base64_encode(filled_.username + ":" + filled_.password));
  }
  if (!filled_.impersonate_user.empty()) identity.headers.emplace_back("Impersonate-User", filled_.impersonate_user);
  if (!filled_.impersonate_uid.empty()) identity.headers.emplace_back("Impersonate-Uid", filled_.impersonate_uid);
  for (const auto& group : filled_.impersonate_groups) identity.headers.emplace_back("Impersonate-Group", group);
  for (const auto& [key, values] : filled_.impersonate_extra) {
    for (const auto& value : values) identity.headers.emplace_back("Impersonate-Extra-" + header_escaped(key), value);
  }
  return identity;
}

bool Credentials::refused() {
  const std::lock_guard lock(mutex_);
  plugin_done_ = false;
  file_read_.reset();
  return config_.exec.has_value() || !config_.token_file.empty();
}

}  // namespace graduand::kube::internal
