// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <mutex>
#include <string>

#include "framework/e2e/internal/record_sink.h"

namespace graduand::e2e {

// Streams what GoogleTest reports to the record sink as it happens, and keeps what the outcome needs. It never asks
// UnitTest for the current test: GoogleTest 1.12 holds its mutex while it reports.
class Listener final : public testing::EmptyTestEventListener {
 public:
  Listener(RecordSink& sink, std::uint64_t seed) : sink_(sink), seed_(seed) {}

  int tests_run() const { return tests_run_; }
  int failures() const;
  std::string skip_reason() const;
  bool skipped() const;
  std::string first_failure() const;

 private:
  void OnTestStart(const testing::TestInfo&) override { ++tests_run_; }
  void OnTestPartResult(const testing::TestPartResult& result) override;

  RecordSink& sink_;
  std::uint64_t seed_;
  int tests_run_ = 0;
  mutable std::mutex mutex_;  // EXPECT_ may be used on other threads
  int failures_ = 0;
  bool skipped_ = false;
  std::string skip_reason_;
  std::string first_failure_;
};

}  // namespace graduand::e2e
