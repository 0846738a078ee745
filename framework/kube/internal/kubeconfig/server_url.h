// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "framework/base/error.h"

namespace graduand::kube::internal {

// The address of an API server as a kubeconfig may write it.
struct ServerUrl {
  bool https = false;
  std::string text;  // "https://host[:port][/path]": the scheme in lower case, without user, query and fragment
  std::optional<std::string> username;  // of https://user:password@host, which goes before all other credentials
  std::string password;
};

// As kubectl: a scheme of any case; none is http, and then there may be no path. Query and fragment mean nothing.
// The error's message goes on after the address: "is not a URL, expected ...".
Result<ServerUrl> read_server_url(const std::string& text);

}  // namespace graduand::kube::internal
