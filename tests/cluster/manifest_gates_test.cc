// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/cluster/gate_flip.h"

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

}  // namespace
}  // namespace graduand::cluster
