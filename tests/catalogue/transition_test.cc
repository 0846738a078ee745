// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/transition.h"

#include <gtest/gtest.h>

#include "framework/catalogue/cell.h"

namespace graduand::catalogue {
namespace {

TransitionRequest off() {
  return {.kind = TransitionKind::kSetGates, .phase = "off", .gates = {{"A", false}}, .component = kKubelet};
}

TransitionRequest downgrade() {
  return {.kind = TransitionKind::kDowngrade,
          .phase = "back",
          .version = KubeVersion::parse("v1.33.13").value(),
          .control_plane_only = true,
          .restore_etcd = true};
}

TEST(TransitionRequest, ComesBackFromJson) {
  for (const TransitionRequest& request : {off(), downgrade()}) {
    TransitionRequest read;
    ASSERT_TRUE(decode(encode(request), read));
    EXPECT_EQ(read, request);
  }
}

TEST(TransitionRequest, AnUnknownKindIsRefused) {
  TransitionRequest read;
  EXPECT_FALSE(decode(json::object{{"kind", "explode"}}, read));
}

TEST(TransitionRequest, IsPartOfWhatACellIs) {
  CellDescription cell;
  cell.profile = "p";
  cell.name = "c";
  const std::string still = cell.fingerprint();
  cell.transitions = {off(), downgrade()};
  EXPECT_NE(cell.fingerprint(), still);
  const auto read = CellDescription::from_json(cell.to_json());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->transitions, cell.transitions);
}

}  // namespace
}  // namespace graduand::catalogue
