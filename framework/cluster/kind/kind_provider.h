// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "framework/cluster/provider.h"
#include "framework/cluster/registry.h"

namespace graduand::cluster {

// The kind provider without a profile, for `cluster list|delete|logs|kubeconfig`.
std::unique_ptr<Provider> make_kind_provider(ProcessRunner& processes, const Clock& clock);

// make_kind_provider with a registry of the caller's, and another /proc, for tests.
std::unique_ptr<Provider> make_kind_provider(ProcessRunner& processes, const Clock& clock, Registry registry,
                                             std::filesystem::path proc = "/proc");

}  // namespace graduand::cluster
