// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "framework/base/processes/process.h"
#include "framework/catalogue/suites/ginkgo_spec.h"

namespace graduand::runner {

// What a Ginkgo binary says of itself.
struct GinkgoListing {
  std::string digest;               // sha256 of the file, in hexadecimal
  std::string version;              // of Kubernetes, "v1.34.3", when it answers --version as e2e.test does; or empty
  std::string description;          // of the suite
  std::vector<std::string> images;  // what it lists with --list-images, one reference each; may be empty
  std::vector<catalogue::GinkgoSpec> specs;
  // What parallel processes are dealt: by index, the specs of a group, as positions in `specs`. A group is one spec, or
  // an ordered container's. Serial specs are in none. Empty when it could not be found out.
  std::vector<std::vector<int>> groups;
  // Which specs run only together, in their order: see units.h.
  std::vector<std::vector<int>> units;
};

// Asks the binary: a dry run for the specs, and one parallel process that leaves all specs out for the groups. `flags`
// are those of suite.yaml; ones with a {placeholder} are left out. What was found is kept in `cache` (a folder) by the
// file's digest and the flags, and the digest by the file's place, size and time of change. kUsage with the binary as
// the place: it is missing, is no program for this machine, does not answer within two minutes, writes no report, or
// has a focus in its code, with which Ginkgo runs nothing else and lets no process pass.
Result<GinkgoListing> list_ginkgo_specs(const std::filesystem::path& binary, const std::vector<std::string>& flags,
                                        const std::filesystem::path& cache, ProcessRunner& processes,
                                        const CancelToken& cancel = {});

}  // namespace graduand::runner
