// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace graduand::kube::internal {

// Whether NO_PROXY's list keeps a connection to that host and port from a proxy (see proxy.h).
bool no_proxy_lists(const std::string& list, const std::string& host, std::uint16_t port);
// "localhost", 127.0.0.0/8 and ::1.
bool is_loopback(const std::string& host);

}  // namespace graduand::kube::internal
