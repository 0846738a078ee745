// SPDX-License-Identifier: Apache-2.0
// The one file that knows all drivers.
#include "framework/runner/drivers.h"

#include "framework/runner/exec/suite.h"
#include "framework/runner/ginkgo/suite.h"
#include "framework/runner/gtest/suite.h"

namespace graduand::runner {

Result<std::vector<LoadedSuite>> load_by_kind(const catalogue::SuiteFile& file, ProcessRunner& processes,
                                              const LoadOptions& options, const CancelToken& cancel) {
  switch (file.kind) {
    case catalogue::SuiteKind::kGtest:
      return load_gtest_suite(file, processes, cancel);
    case catalogue::SuiteKind::kGinkgo:
      return load_ginkgo_suite(file, processes, options, cancel);
    case catalogue::SuiteKind::kExec:
      return load_exec_suite(file, processes, options, cancel);
  }
  return fail(ErrorKind::kInternal, "a suite of a kind that has no driver", file.path.string());
}

}  // namespace graduand::runner
