// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/base/files.h"
#include "framework/catalogue/suites/suite_file.h"

namespace graduand::catalogue {

// A suite.yaml that begins as `head` says, and what is wrong with it.
class SuiteYamlTest : public testing::Test {
 protected:
  explicit SuiteYamlTest(std::string head) : head_(std::move(head)) {}

  Result<SuiteFile> load(const std::string& text) {
    const fs::path file = dir_.path() / "suite.yaml";
    EXPECT_TRUE(write_file_atomically(file, head_ + text));
    return load_suite_file(file);
  }
  void expect_mistake(const std::string& text, const std::string& where, const std::string& message) {
    const auto suite = load(text);
    ASSERT_FALSE(suite) << text;
    EXPECT_EQ(suite.error().kind, ErrorKind::kUsage);
    EXPECT_THAT(suite.error().where, testing::HasSubstr("suite.yaml:" + where)) << text;
    EXPECT_THAT(to_string(suite.error()), testing::HasSubstr(message));
  }

  TempDir dir_ = TempDir::create("suite-yaml").value();

 private:
  std::string head_;
};

}  // namespace graduand::catalogue
