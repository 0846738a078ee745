// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/ginkgo/suite.h"

#include <fmt/format.h>

#include <algorithm>

#include "framework/base/text.h"
#include "framework/runner/ginkgo/driver.h"
#include "framework/runner/ginkgo/listing.h"

namespace graduand::runner {
namespace {

constexpr std::size_t kShownDigits = 12;

bool wanted(const catalogue::GinkgoBinary& binary, const LoadOptions& options) {
  if (!options.versions) return true;
  return std::any_of(options.versions->begin(), options.versions->end(),
                     [&](const catalogue::KubeVersion& version) { return binary.kubernetes.same_minor(version); });
}

std::string advice(const catalogue::GinkgoBinary& binary) {
  std::string text = fmt::format("build it for Kubernetes {}", binary.kubernetes.minor_str());
  if (!binary.environment.empty()) text += fmt::format(", or name one with ${}", binary.environment);
  return text;
}

// What runs in one process runs alone when one of it has to.
void mark_unit(std::vector<catalogue::CaseInfo>& cases, const std::vector<int>& unit, int number) {
  bool serial = false, disruptive = false;
  for (const int at : unit) {
    serial = serial || cases[static_cast<std::size_t>(at)].serial;
    disruptive = disruptive || cases[static_cast<std::size_t>(at)].disruptive;
  }
  int place = 0;
  for (const int at : unit) {
    catalogue::CaseInfo& info = cases[static_cast<std::size_t>(at)];
    info.unit = number;
    info.place_in_unit = ++place;
    info.serial = serial;
    info.disruptive = disruptive;
  }
}

void fill(LoadedSuite& suite, const std::filesystem::path& binary, GinkgoListing listing) {
  suite.revision =
      "ginkgo " + (listing.version.empty() ? "" : listing.version + "-") + listing.digest.substr(0, kShownDigits);
  suite.driver = std::make_shared<GinkgoDriver>(
      GinkgoProgram{binary, std::move(listing.version), std::move(listing.description), std::move(listing.groups)});
  suite.cases = catalogue::cases_of_specs(suite.file.name, suite.file.ginkgo, listing.specs, listing.images);
  int number = 0;
  for (const std::vector<int>& unit : listing.units) mark_unit(suite.cases, unit, ++number);
}

LoadedSuite suite_for(const catalogue::SuiteFile& file, const catalogue::KubeVersion& kubernetes,
                      const std::filesystem::path& binary) {
  LoadedSuite suite;
  suite.file = file;
  suite.kubernetes = kubernetes;
  suite.foreign = true;
  suite.driver = std::make_shared<GinkgoDriver>(GinkgoProgram{binary});
  return suite;
}

// For each minor that was asked for and has no binary, so that who names the suite hears more than that it is not
// there.
void add_those_without_a_binary(const catalogue::SuiteFile& file, const std::vector<catalogue::KubeVersion>& versions,
                                std::vector<LoadedSuite>& suites) {
  std::vector<std::string> there;
  for (const catalogue::GinkgoBinary& binary : file.ginkgo.binaries) there.push_back(binary.kubernetes.minor_str());
  for (const catalogue::KubeVersion& version : versions) {
    if (std::any_of(suites.begin(), suites.end(), [&](const LoadedSuite& suite) { return suite.fits(version); }))
      continue;
    LoadedSuite& suite = suites.emplace_back(suite_for(file, version, {}));
    suite.unavailable =
        fmt::format("{}: it has {} for Kubernetes {}, and none for {}", file.path.string(),
                    there.size() == 1 ? "a test binary" : "test binaries", join(there, " and "), version.minor_str());
  }
}

}  // namespace

Result<std::vector<LoadedSuite>> load_ginkgo_suite(const catalogue::SuiteFile& file, ProcessRunner& processes,
                                                   const LoadOptions& options, const CancelToken& cancel) {
  std::vector<LoadedSuite> suites;
  for (const catalogue::GinkgoBinary& binary : file.ginkgo.binaries) {
    if (!wanted(binary, options)) continue;
    LoadedSuite& suite = suites.emplace_back(suite_for(file, binary.kubernetes, binary.file));
    if (!binary.missing.empty()) {
      suite.unavailable = binary.missing + "; " + advice(binary);
      continue;
    }
    // A binary of another version would tell of features that this one has not.
    auto listing = list_ginkgo_specs(binary.file, file.ginkgo.flags, options.cache / "ginkgo", processes, cancel);
    const auto version = listing ? catalogue::KubeVersion::parse(listing->version) : catalogue::KubeVersion{};
    if (listing && version && !version->same_minor(binary.kubernetes)) {
      suite.unavailable = fmt::format("{}: it is Kubernetes {}'s; expected one for {}; {}", binary.file.string(),
                                      listing->version, binary.kubernetes.minor_str(), advice(binary));
    } else if (listing) {
      fill(suite, binary.file, *std::move(listing));
    } else if (listing.error().kind == ErrorKind::kCancelled) {
      return tl::unexpected(std::move(listing).error());
    } else {
      suite.unavailable = to_string(listing.error());
      if (listing.error().kind == ErrorKind::kNotFound) suite.unavailable += "; " + advice(binary);
    }
  }
  if (options.versions) add_those_without_a_binary(file, *options.versions, suites);
  return suites;
}

}  // namespace graduand::runner
