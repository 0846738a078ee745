// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/suites/variables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace graduand::catalogue {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Placeholders, AreSmallLettersAndHyphensInBraces) {
  EXPECT_THAT(placeholders_in("--a={case},{case-regex}{x}"), ElementsAre("case", "case-regex", "x"));
  EXPECT_THAT(placeholders_in("{} { case} {CASE} {\"a\":1} {case ${HOME} {a_b}"), IsEmpty());
  EXPECT_THAT(placeholders_in("{{case}}"), ElementsAre("case"));
}

TEST(Placeholders, AreFilledOnce) {
  EXPECT_EQ(fill_placeholders("-run=^{case}$ {other} {\"a\":{case}}", {{"case", "{artifacts}"}, {"artifacts", "/x"}}),
            "-run=^{artifacts}$ {other} {\"a\":{artifacts}}");
  EXPECT_EQ(fill_placeholders("", {}), "");
  EXPECT_EQ(fill_placeholders("a{", {}), "a{");
}

TEST(Variables, AreThoseOfTheEnvironment) {
  ::setenv("GRADUAND_TEST_FOLDER", "/opt/${x}", 1);
  EXPECT_EQ(with_variables("${GRADUAND_TEST_FOLDER}/a").value(), "/opt/${x}/a") << "what is put in is not looked at";
  ::setenv("GRADUAND_TEST_FOLDER", "", 1);
  const auto missing = with_variables("${GRADUAND_TEST_FOLDER}/a");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(missing.error().message, "the environment variable GRADUAND_TEST_FOLDER is not set");
  ::unsetenv("GRADUAND_TEST_FOLDER");
  EXPECT_EQ(with_variables("$HOME ${open").value(), "$HOME ${open");
  EXPECT_TRUE(environment_variable("GRADUAND_CACHE"));
}

}  // namespace
}  // namespace graduand::catalogue
