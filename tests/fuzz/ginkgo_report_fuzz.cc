// SPDX-License-Identifier: Apache-2.0
// For libFuzzer: tests/CMakeLists.txt builds it where the compiler is clang.
#include <cstdint>
#include <cstdlib>

#include "framework/results/foreign/ginkgo_report.h"

// A report is read or refused as the user's; what is left after dropping the unselected specs reads the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace graduand;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto report = results::parse_ginkgo_report(text, "fuzz");
  if (!report && report.error().kind != ErrorKind::kUsage) std::abort();
  if (!report) return 0;
  auto document = parse_json(text, "fuzz", results::kGinkgoReportLimits).value();
  results::drop_unselected_specs(document);
  const auto again = results::ginkgo_report_from_json(document, "fuzz");
  if (!again || again->nodes.size() > report->nodes.size()) std::abort();
  return 0;
}
