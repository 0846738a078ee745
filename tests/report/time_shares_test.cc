// SPDX-License-Identifier: Apache-2.0
#include "framework/report/time_shares.h"

#include <gtest/gtest.h>

namespace graduand::report {
namespace {

TEST(TimeShares, NameWhatTookTheTimeAndWhatWasOurs) {
  results::Transition transition;
  EXPECT_EQ(time_shares(transition), "");
  transition.took = seconds(200);
  transition.measures = {{"kubeadm", 133, "s"}, {"images", 20.1, "s"}, {"own", 1.3, "s"}};
  EXPECT_EQ(time_shares(transition), "kubeadm 2m13s, images 20.1s, own 1.3s (0.7 %)");
  transition.took = milliseconds(0);
  EXPECT_EQ(time_shares(transition), "kubeadm 2m13s, images 20.1s, own 1.3s");
}

}  // namespace
}  // namespace graduand::report
