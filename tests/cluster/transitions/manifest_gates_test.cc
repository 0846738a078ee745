// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/cluster/transitions/manifest_gates.h"

namespace graduand::cluster {
namespace {

using testing::HasSubstr;

std::string manifest(const std::string& gate_line) {
  return R"(apiVersion: v1
kind: Pod
metadata:
  name: kube-apiserver
spec:
  containers:
  - command:
    - kube-apiserver
    - --advertise-address=172.18.0.2
)" + gate_line +
         R"(    - --tls-private-key-file=/etc/kubernetes/pki/apiserver.key
    image: registry.k8s.io/kube-apiserver:v1.33.13
    volumeMounts:
    - mountPath: /etc/ssl/certs
)";
}

TEST(ManifestWithGates, ReplacesAndAddsInTheFlagAndTouchesNothingElse) {
  EXPECT_EQ(manifest_with_gates(manifest("    - --feature-gates=A=true,B=true\n"), {{"B", false}, {"C", true}}).value(),
            manifest("    - --feature-gates=A=true,B=false,C=true\n"));
}

TEST(ManifestWithGates, AddsTheFlagBehindTheLastOneWhenItIsAbsent) {
  const std::string text = manifest_with_gates(manifest(""), {{"A", false}}).value();
  EXPECT_THAT(text, HasSubstr("apiserver.key\n    - --feature-gates=A=false\n    image:"));
}

TEST(ManifestWithGates, OfTheSameGatesIsTheSameText) {
  const std::string text = manifest("    - --feature-gates=A=true,B=false\n");
  EXPECT_EQ(manifest_with_gates(text, {{"A", true}}).value(), text);
}

TEST(ManifestWithGates, ReadsAQuotedFlag) {
  EXPECT_THAT(manifest_with_gates(manifest("    - \"--feature-gates=A=true\"\n"), {{"B", true}}).value(),
              HasSubstr("    - --feature-gates=A=true,B=true\n"));
}

TEST(ManifestWithGates, RefusesWhatIsNoManifestOfTheApiServer) {
  for (const char* text : {"", "kind: Pod\n", "    - kube-scheduler\n    - --feature-gates=A=true\n"}) {
    const auto changed = manifest_with_gates(text, {{"A", true}});
    ASSERT_FALSE(changed) << text;
    EXPECT_EQ(changed.error().kind, ErrorKind::kUsage);
  }
  EXPECT_FALSE(manifest_with_gates(manifest("    - --feature-gates=A=maybe\n"), {{"B", true}}));
}

TEST(ManifestWithGates, OtherComponentsHaveTheirOwn) {
  const std::string scheduler =
      "spec:\n  containers:\n  - command:\n    - kube-scheduler\n    - --leader-elect=true\n    image: x\n";
  const auto changed = manifest_with_gates(scheduler, {{"A", false}}, catalogue::kScheduler);
  ASSERT_TRUE(changed);
  EXPECT_THAT(*changed, HasSubstr("    - --leader-elect=true\n    - --feature-gates=A=false\n    image: x"));
  EXPECT_FALSE(manifest_with_gates(scheduler, {{"A", false}}, catalogue::kControllerManager));
}

TEST(MarkedManifest, HasTheMarkOnceWhetherThereWereAnnotationsOrNot) {
  const std::string plain = "kind: Pod\nmetadata:\n  name: x\nspec:\n  annotations:\n";
  const std::string marked =
      "kind: Pod\nmetadata:\n  annotations:\n    graduand.io/replaced: \"1\"\n  name: x\nspec:\n  annotations:\n";
  EXPECT_EQ(marked_manifest(plain, "1").value_or(""), marked);
  EXPECT_EQ(marked_manifest(marked_manifest(plain, "0").value_or(""), "1").value_or(""), marked);
  EXPECT_FALSE(marked_manifest("kind: Pod\n", "1"));
}

TEST(ConfigWithGates, ReplacesAndAddsAndTouchesNothingElse) {
  const std::string config =
      "apiVersion: kubelet.config.k8s.io/v1beta1\nfeatureGates:\n    KubeletInUserNamespace: true\n    B: true\nkind: "
      "KubeletConfiguration\n";
  const auto changed = config_with_gates(config, {{"B", false}, {"A", true}});
  ASSERT_TRUE(changed);
  EXPECT_EQ(*changed,
            "apiVersion: kubelet.config.k8s.io/v1beta1\nfeatureGates:\n    A: true\n    B: false\n    "
            "KubeletInUserNamespace: true\n"
            "kind: KubeletConfiguration\n");
}

TEST(ConfigWithGates, AddsTheBlockWhereThereIsNone) {
  EXPECT_EQ(config_with_gates("kind: X\n", {{"A", true}}).value_or(""), "kind: X\nfeatureGates:\n  A: true\n");
  for (const char* none : {"null", "{}", ""}) {
    const std::string config = std::string("featureGates: ") + none + "\nkind: X\n";
    EXPECT_EQ(config_with_gates(config, {{"A", true}}).value_or(""), "featureGates:\n  A: true\nkind: X\n");
  }
}

TEST(ConfigWithGates, RefusesWhatItWouldDestroy) {
  EXPECT_FALSE(config_with_gates("featureGates: {B: true}\n", {{"A", true}}));
}

}  // namespace
}  // namespace graduand::cluster
