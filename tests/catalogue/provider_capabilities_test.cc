// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/provider_capabilities.h"

#include <gmock/gmock.h>

namespace graduand::catalogue {
namespace {

TEST(ProviderCapabilities, OnlyNoneIsSimulatedAndOnlyExistingIsShared) {
  EXPECT_THAT(provider_names(), testing::ElementsAre("kind", "existing", "none"));
  for (const std::string& name : provider_names()) {
    EXPECT_EQ(capabilities_of(name).simulated, name == "none") << name;
    EXPECT_EQ(capabilities_of(name).cells_share_one_cluster, name == "existing") << name;
    EXPECT_EQ(capabilities_of(name).given_cluster, name == "existing") << name;
    EXPECT_EQ(capabilities_of(name).node_access, name == "kind") << name;
    EXPECT_EQ(capabilities_of(name).makes_clusters, name == "kind") << name;
    EXPECT_EQ(capabilities_of(name).transitions, name != "existing") << name;
  }
}

// Foreign records name what they like: they are real until somebody says otherwise.
TEST(ProviderCapabilities, AnUnknownOneCanDoNothingAndIsNotSimulated) {
  for (const char* name : {"", "gke", "NONE", "kind2"}) {
    const ProviderCapabilities& unknown = capabilities_of(name);
    EXPECT_FALSE(unknown.simulated || unknown.node_access || unknown.transitions || unknown.makes_clusters ||
                 unknown.given_cluster || unknown.cells_share_one_cluster)
        << name;
  }
}

}  // namespace
}  // namespace graduand::catalogue
