// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/case.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace graduand::catalogue {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(CaseInfo, DerivesLabelsFromTheRest) {
  CaseInfo info;
  info.labels = {"sig-node", "Slow"};
  info.features = {"PodLifecycleSleepAction", "PodLifecycleSleepActionAllowZero"};
  EXPECT_THAT(info.all_labels(), ElementsAre("sig-node", "Slow", "FeatureGate:PodLifecycleSleepAction",
                                             "FeatureGate:PodLifecycleSleepActionAllowZero"));
  info.features.clear();
  info.serial = true;
  EXPECT_THAT(info.all_labels(), ElementsAre("sig-node", "Slow", "Serial"));
}

TEST(CaseInfo, DisruptiveIsSerialTooAndNothingIsListedTwice) {
  CaseInfo info;
  info.labels = {"Serial", "Disruptive"};
  info.disruptive = true;
  EXPECT_THAT(info.all_labels(), ElementsAre("Serial", "Disruptive"));
  info.labels.clear();
  EXPECT_THAT(info.all_labels(), ElementsAre("Serial", "Disruptive"));
}

TEST(CaseInfo, ComesBackFromJson) {
  CaseInfo info;
  info.suite = "s";
  info.id = "s/one";
  info.name = "one";
  info.description = "says \"ä\"";
  info.features = {"F"};
  info.labels = {"l"};
  info.needs = {"node access"};
  info.time_limit = milliseconds(90'500);
  info.expected_duration = milliseconds(1);
  info.serial = info.disruptive = true;
  info.file = "s.cc";
  info.line = 7;
  const auto back = CaseInfo::from_json(parse_json(canonical_json(info.to_json())).value());
  ASSERT_TRUE(back) << to_string(back.error());
  EXPECT_EQ(canonical_json(back->to_json()), canonical_json(info.to_json()));
  EXPECT_EQ(back->time_limit, info.time_limit);
  EXPECT_EQ(info.to_json().at("time_limit_s").as_double(), 90.5);
}

TEST(CaseInfo, SaysWhatIsWrongWithItsJson) {
  const auto error = [](std::string_view text) {
    return CaseInfo::from_json(parse_json(text).value()).error().message;
  };
  EXPECT_THAT(error("[]"), HasSubstr("case: expected a JSON object"));
  EXPECT_THAT(error(R"({"suite":"s"})"), HasSubstr("member 'id' is missing"));
  EXPECT_THAT(error(R"({"suite":"s","id":"i","labels":["a",1]})"),
              HasSubstr("member 'labels': element 1: expected a string"));
  EXPECT_THAT(error(R"({"suite":"s","id":"i","time_limit_s":1e300})"), HasSubstr("number of seconds"));
}

}  // namespace
}  // namespace graduand::catalogue
