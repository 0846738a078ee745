// SPDX-License-Identifier: Apache-2.0
#include "framework/e2e/internal/listener.h"

#include <cstdio>
#include <string_view>

#include "framework/base/text.h"
#include "framework/e2e/registry.h"

namespace graduand::e2e {
namespace {

// GoogleTest begins the message of GTEST_SKIP() << "x" with the text of the statement's own line: "\nx".
std::string skip_text(std::string_view message) {
  std::string text(trim(message));
  if (starts_with(text, "Skipped")) text = std::string(trim(std::string_view(text).substr(7)));
  return text.empty() ? "skipped by the case, which gave no reason" : text;
}

}  // namespace

void Listener::OnTestPartResult(const testing::TestPartResult& result) {
  const std::lock_guard lock(mutex_);
  if (result.skipped()) {
    skipped_ = true;
    skip_reason_ = skip_text(result.message());
    return;
  }
  if (!result.failed()) return;
  results::Failure failure;
  failure.file = result.file_name() == nullptr ? "" : relative_to_sources(result.file_name());
  failure.line = result.line_number() < 0 ? 0 : result.line_number();
  failure.message = result.message();
  failure.fatal = result.fatally_failed();
  if (failures_++ == 0) first_failure_ = failure.message;
  std::printf("%s:%d: failure (seed %llu)\n%s\n", failure.file.c_str(), failure.line,
              static_cast<unsigned long long>(seed_), failure.message.c_str());
  std::fflush(stdout);
  sink_.send(std::move(failure));
}

int Listener::failures() const {
  const std::lock_guard lock(mutex_);
  return failures_;
}
bool Listener::skipped() const {
  const std::lock_guard lock(mutex_);
  return skipped_;
}
std::string Listener::skip_reason() const {
  const std::lock_guard lock(mutex_);
  return skip_reason_;
}
std::string Listener::first_failure() const {
  const std::lock_guard lock(mutex_);
  return first_failure_;
}

}  // namespace graduand::e2e
