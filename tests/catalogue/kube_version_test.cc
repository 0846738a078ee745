// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/kube_version.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace graduand::catalogue {
namespace {

KubeVersion version(std::string_view text) {
  auto parsed = KubeVersion::parse(text);
  EXPECT_TRUE(parsed) << text;
  return parsed.value_or(KubeVersion{});
}

TEST(KubeVersion, ReadsAndPrints) {
  EXPECT_EQ(version("v1.33.13").str(), "v1.33.13");
  EXPECT_EQ(version("1.34").str(), "v1.34");
  EXPECT_EQ(version("1.34").patch, -1);
  EXPECT_EQ(version("v1.35.0-alpha.1").str(), "v1.35.0-alpha.1");
  EXPECT_EQ(version("v1.33.13+k3s1").str(), "v1.33.13");
  EXPECT_EQ(version("v1.33.13").minor_str(), "1.33");
  EXPECT_TRUE(version("v1.33.13").same_minor(version("1.33")));
  EXPECT_FALSE(version("v1.33.13").same_minor(version("v1.34.0")));
}

TEST(KubeVersion, RefusesWhatIsNone) {
  for (const char* text : {"", "v", "1", "latest", "v1.x", "1.33.", "1.33.1.2", "1.33-alpha", "v1.33.1-",
                           "v1.33.1-a..b", "v1.33.1-é", "-1.33", "1.99999999999999999999", " 1.33", "vv1.33"}) {
    const auto parsed = KubeVersion::parse(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().kind, ErrorKind::kUsage);
    EXPECT_THAT(parsed.error().message, ::testing::HasSubstr("expected one like"));
  }
}

TEST(KubeVersion, IsOrderedAsSemanticVersionsAre) {
  const char* ascending[] = {"1.32",
                             "v1.32.0-rc.0",
                             "v1.32.9",
                             "v1.32.10",
                             "1.33",
                             "v1.33.0-alpha",
                             "v1.33.0-alpha.1",
                             "v1.33.0-alpha.10",
                             "v1.33.0-alpha.beta",
                             "v1.33.0-beta.2",
                             "v1.33.0",
                             "v1.33.1",
                             "v2.0.0"};
  for (std::size_t i = 0; i < std::size(ascending); ++i)
    for (std::size_t j = 0; j < std::size(ascending); ++j)
      EXPECT_EQ(version(ascending[i]) <=> version(ascending[j]), i <=> j) << ascending[i] << " " << ascending[j];
}

RC_GTEST_PROP(KubeVersionProperty, WhatIsPrintedReadsBackTheSame, (int major, int minor, int patch)) {
  KubeVersion one{major & 0xff, minor & 0xffff, (patch & 0xffff) - 1};
  if (one.patch >= 0 && patch % 2 == 0) one.prerelease = "rc." + std::to_string(minor & 7);
  const auto back = KubeVersion::parse(one.str());
  RC_ASSERT(back.has_value());
  RC_ASSERT(*back == one);
}

RC_GTEST_PROP(KubeVersionProperty, AnyTextIsReadOrRefused, (const std::string& text)) {
  if (const auto parsed = KubeVersion::parse(text)) RC_ASSERT(KubeVersion::parse(parsed->str()).value() == *parsed);
}

}  // namespace
}  // namespace graduand::catalogue
