// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "framework/kube/client.h"
#include "framework/kube/internal/transport.h"

namespace graduand::kube::internal {

struct ExecTarget {
  std::string path;  // ".../pods/<name>/exec"
  std::string container;
  std::vector<std::string> command;
  std::string stdin_text;
};

// Runs one command over the channel protocol (k8s.io/apimachinery remotecommand: v5.channel.k8s.io, v4.channel.k8s.io).
ApiResult<ExecResult> run_exec(Transport& transport, const ExecTarget& target, const Until& until);
// The outcome that the error channel's Status tells: an exit code, or an error.
ApiResult<int> exit_code_of(std::string_view status_json, const std::string& request);

}  // namespace graduand::kube::internal
