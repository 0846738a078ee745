// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/transitions/versions/swap_kubelet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace graduand::cluster {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// As kubeadm v1.33 writes it.
constexpr const char* kFlags =
    "KUBELET_KUBEADM_ARGS=\"--container-runtime-endpoint=unix:///run/containerd/containerd.sock "
    "--node-ip=172.18.0.2 --pod-infra-container-image=registry.k8s.io/pause:3.10 --provider-id=kind://docker/a/b\"\n";

TEST(KubeletFlags, TheOneThatIsRefusedIsNamedByTheKubelet) {
  EXPECT_EQ(unknown_flag("Error: failed to parse kubelet flag: unknown flag: --pod-infra-container-image\nUsage:"),
            "pod-infra-container-image");
  EXPECT_EQ(unknown_flag("E1124 command failed err=\"unknown flag: --x\""), "x");
  EXPECT_EQ(unknown_flag("Kubernetes v1.33.13"), "");
}

TEST(KubeletFlags, OneIsTakenOutAndTheRestStays) {
  EXPECT_EQ(without_flag(kFlags, "pod-infra-container-image"),
            "KUBELET_KUBEADM_ARGS=\"--container-runtime-endpoint=unix:///run/containerd/containerd.sock "
            "--node-ip=172.18.0.2 --provider-id=kind://docker/a/b\"\n");
  EXPECT_EQ(without_flag(kFlags, "node"), kFlags) << "no flag of that name, though one begins like it";
  EXPECT_EQ(without_flag("# nothing\n", "node-ip"), "# nothing\n");
}

TEST(KubeletFlags, ArgumentsAreWhatIsQuoted) {
  EXPECT_THAT(arguments_in("A=b\nKUBELET_KUBEADM_ARGS=\"--a=1  --b\"\n"), ElementsAre("--a=1", "--b"));
  EXPECT_THAT(arguments_in("KUBELET_KUBEADM_ARGS=\"\"\n"), IsEmpty());
  EXPECT_THAT(arguments_in(""), IsEmpty());
}

}  // namespace
}  // namespace graduand::cluster
