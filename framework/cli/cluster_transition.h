// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "framework/catalogue/transition.h"

namespace graduand::cli {

// What all verbs that change a running cluster ask: `graduand cluster gates|upgrade|downgrade|kubelet|restart`.
struct TransitionArguments {
  std::string name;    // the cluster
  std::string output;  // where logs and snapshots go
  bool as_json = false;
};
void add_transition_arguments(CLI::App& verb, TransitionArguments& arguments);
// --node, for the kinds that can be for one node.
void add_node_argument(CLI::App& verb, std::string& node);

// Makes the transition, telling its steps on stderr, and prints what came of it. Returns the exit code: 1 when the
// product failed, 2 when the cluster is not fit for it, 5 when the cause is outside, 130 when it was interrupted.
int make_transition(const TransitionArguments& arguments, const catalogue::TransitionRequest& request);

}  // namespace graduand::cli
