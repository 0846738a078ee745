// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "framework/base/files.h"
#include "tests/paths.h"

namespace graduand::report {

// The text against tests/golden/<name>; GRADUAND_UPDATE_GOLDEN=1 writes the file anew.
inline void expect_golden(const std::string& name, const std::string& text) {
  const fs::path path = fs::path(testing_support::source_dir()) / "tests" / "golden" / name;
  if (std::getenv("GRADUAND_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(write_file_atomically(path, text));
    return;
  }
  const auto golden = read_file(path);
  ASSERT_TRUE(golden) << path << " is missing; run with GRADUAND_UPDATE_GOLDEN=1 and look at it";
  EXPECT_EQ(text, *golden) << "if the change is meant: GRADUAND_UPDATE_GOLDEN=1";
}

}  // namespace graduand::report
