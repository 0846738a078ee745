// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "framework/base/error.h"
#include "framework/kube/internal/until.h"

namespace graduand::kube::internal {

// Waits until `fd` has one of the poll(2) `events` (or an error). kTimeout, kCancelled.
Status wait_for_fd(int fd, short events, const Until& until);
// A connected, non-blocking socket that closes on exec, without Nagle's delay and with keep-alive probes. The caller
// owns it. Addresses of a name are tried in turn.
Result<int> connect_tcp(const std::string& host, std::uint16_t port, const Until& until);

}  // namespace graduand::kube::internal
