// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/names.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace graduand::runner {
namespace {

TEST(PathName, KeepsWhatIsReadable) {
  EXPECT_EQ(path_name("sleep-action-v1.33/on"), "sleep-action-v1.33__on");
  EXPECT_EQ(path_name("suite/a-case"), "suite__a-case");
}

TEST(PathName, TextsThatDifferHaveNamesThatDiffer) {
  EXPECT_NE(path_name("a/b"), path_name("a__b"));
  EXPECT_NE(path_name("a/_b"), path_name("a_/b"));
  EXPECT_NE(path_name("a b"), path_name("a-b"));
  EXPECT_NE(path_name(std::string(300, 'x')), path_name(std::string(301, 'x')));
}

RC_GTEST_PROP(PathName, IsASafeFileName, (const std::string& text)) {
  const std::string name = path_name(text);
  RC_ASSERT(!name.empty() && name.size() <= 120u && name.front() != '.');
  for (const char c : name) {
    RC_ASSERT((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
              c == '-');
  }
}

RC_GTEST_PROP(NamespaceName, IsADnsLabel, (const std::string& case_id, int number)) {
  const std::string name = namespace_name("20261121t041000-ab12cd34", "i", case_id, "a", std::abs(number / 2));
  RC_ASSERT(name.size() <= 63u);
  RC_ASSERT(name.front() == 'g' && name.back() != '-');
  for (const char c : name) RC_ASSERT((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-');
}

TEST(NamespaceName, IsReadableAndUnique) {
  const std::string one = namespace_name("run", "run/cell/1", "suite/preStop_sleep", "run/cell/suite/x/1", 1);
  EXPECT_TRUE(one.find("-prestop-sleep-") != std::string::npos) << one;
  EXPECT_EQ(one, namespace_name("run", "run/cell/1", "suite/preStop_sleep", "run/cell/suite/x/1", 1));
  EXPECT_NE(one, namespace_name("run", "run/cell/1", "suite/preStop_sleep", "run/other/suite/x/1", 1)) << "cell";
  EXPECT_NE(one, namespace_name("run", "run/cell/2", "suite/preStop_sleep", "run/cell/suite/x/1", 1)) << "instance";
  EXPECT_NE(one, namespace_name("other", "run/cell/1", "suite/preStop_sleep", "run/cell/suite/x/1", 1)) << "run";
}

TEST(OneLine, HasNoLineBreaksAndIsBounded) {
  EXPECT_EQ(one_line("  a\nb\tc\r\n"), "a b c");
  EXPECT_LE(one_line(std::string(10'000, 'x'), 100).size(), 110u);
}

}  // namespace
}  // namespace graduand::runner
