// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "framework/kube/client.h"

namespace graduand::kube {

// A client of the cluster that $GRADUAND_E2E_KUBECONFIG names, a namespace of the test's own, and kubectl as the
// independent check.
class RealCluster : public ::testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  // kubectl's stdout; a failure of kubectl fails the test.
  std::string kubectl(const std::vector<std::string>& arguments, const std::string& stdin_data = {});
  json::value kubectl_json(std::vector<std::string> arguments);

  json::value config_map(const std::string& name, const std::string& value) const;
  // A busybox pod that runs `script` by sh.
  json::value pod(const std::string& name, const std::string& script) const;
  void create_running(const json::value& pod);

  std::string kubeconfig_;
  std::string namespace_;
  std::vector<RequestTrace> traces_;
  std::unique_ptr<Client> client_;
};

// For assertions: the error's text, or "ok".
template <class T>
std::string text_of(const ApiResult<T>& result) {
  return result ? "ok" : to_string(result.error());
}

}  // namespace graduand::kube
