// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>

#include "framework/results/protocol.h"

namespace graduand::e2e {

// Where an attempt's messages go: one JSON object a line to a descriptor. Thread-safe.
class RecordSink {
 public:
  // `fd` is not owned. By hand it is stdout.
  explicit RecordSink(int fd) : fd_(fd) {}
  // Texts are shortened to what the reader accepts. When the reader is gone the process ends with 130: nobody is left
  // to tell.
  void send(results::Message message);
  int fd() const { return fd_; }

 private:
  std::mutex mutex_;
  int fd_;
};

}  // namespace graduand::e2e
