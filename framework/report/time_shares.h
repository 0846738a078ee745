// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "framework/results/records.h"

namespace graduand::report {

// Where the time of a transition went, as its measures say: "kubeadm 2m13s, images 20.1s, own 1.3s (0.7 %)", the share
// in percent being that of the harness itself. Empty when nothing was measured. Pure.
std::string time_shares(const results::Transition& transition);

}  // namespace graduand::report
