// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/transitions/component_waits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace graduand::cluster {
namespace {

constexpr const char* kManifest =
    "spec:\n  containers:\n  - command:\n    - kube-scheduler\n    - --image: x\n"
    "    image: registry.k8s.io/kube-scheduler:v1.34.3\n    imagePullPolicy: IfNotPresent\n";

TEST(ManifestImage, IsReadAndReplacedAlone) {
  EXPECT_EQ(image_in_manifest("spec:\n    image: a:1\n    x: y\n").value_or("-"), "a:1");
  EXPECT_EQ(manifest_with_image("spec:\n    image: a:1\n    x: y\n", "b:2").value_or("-"),
            "spec:\n    image: b:2\n    x: y\n");
  EXPECT_EQ(image_in_manifest("    image: a:1").value_or("-"), "a:1") << "the last line of a text";
  const auto none = image_in_manifest("spec: {}\n");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::kUsage);
}

TEST(ManifestImage, AFlagOfThatNameIsNone) {
  EXPECT_EQ(image_in_manifest(kManifest).value_or("-"), "registry.k8s.io/kube-scheduler:v1.34.3");
}

}  // namespace
}  // namespace graduand::cluster
