// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "framework/base/error.h"
#include "framework/base/json.h"
#include "framework/catalogue/case.h"
#include "framework/e2e/case.h"

namespace graduand::e2e {

// A case as it was registered at start-up. The suite's name is only known in main.
struct RegisteredCase {
  std::string identifier;  // as in C++, with '_'; of a step "<case>/<step>"
  CaseOptions options;
  std::string file;  // relative to the source root when it lies below it
  int line = 0;
  testing::Test* (*factory)() = nullptr;
  // Of a step: `phased_case` and `uses` are identifiers, as above.
  catalogue::StepBinding step{};
  bool speaks_for_flipped_gates = false;
};

// In order of registration. Complete once main has started; not changed after.
const std::vector<RegisteredCase>& registered_cases();

// "suite/case-identifier".
std::string case_id(std::string_view suite, std::string_view identifier);
catalogue::CaseInfo case_info(std::string_view suite, const RegisteredCase& registered);
// nullptr when there is none of that id.
const RegisteredCase* find_case(std::string_view suite, std::string_view id);

// kUsage when two cases have the same id, a need does not parse, a step uses one that is not above it or goes
// throughout, or there is no case at all.
Status check_registry(const std::vector<RegisteredCase>& cases);

// What --list-cases prints: {"suite": ..., "revision": ..., "cases": [CaseInfo, ...]}.
json::object catalogue_json(std::string_view suite);

// A path as the compiler gives it (absolute), relative to the source root when it lies below: records must not name the
// machine that they were built on.
std::string relative_to_sources(std::string_view file);

// The revision that this program was built from, such as "a1b2c3d4e5f6-dirty".
const char* build_revision();

}  // namespace graduand::e2e
