// SPDX-License-Identifier: Apache-2.0
#include "framework/e2e/internal/record_sink.h"

#include <unistd.h>

#include <cerrno>

#include "framework/base/text.h"

namespace graduand::e2e {
namespace {

constexpr std::size_t kTextLimit = 48u << 10;  // the runner keeps 64 KiB a string

void shorten_texts(results::Message& message) {
  if (auto* failure = std::get_if<results::Failure>(&message)) failure->message = shorten(failure->message, kTextLimit);
  if (auto* progress = std::get_if<results::Progress>(&message))
    progress->message = shorten(progress->message, kTextLimit);
  if (auto* terminal = std::get_if<results::Terminal>(&message)) terminal->reason = shorten(terminal->reason, 2000);
}

}  // namespace

void RecordSink::send(results::Message message) {
  shorten_texts(message);
  const std::string line = json::serialize(results::to_json(message)) + "\n";
  const std::lock_guard lock(mutex_);
  for (std::size_t done = 0; done < line.size();) {
    const ssize_t n = ::write(fd_, line.data() + done, line.size() - done);
    if (n > 0)
      done += static_cast<std::size_t>(n);
    else if (errno != EINTR)
      ::_exit(130);
  }
}

}  // namespace graduand::e2e
