// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/ginkgo/listing.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <tuple>

#include "framework/base/files.h"
#include "framework/base/text.h"
#include "framework/results/ginkgo_report.h"
#include "framework/runner/file_digest.h"
#include "framework/runner/ginkgo/groups.h"

namespace graduand::runner {
namespace {

// Raised when the listing's content or the way it is found changes: kept ones are then not read any more.
constexpr int kListingVersion = 2;
constexpr milliseconds kListLimit = std::chrono::minutes(2);

json::object encode(const GinkgoListing& listing) {
  json::array specs, groups;
  for (const auto& spec : listing.specs)
    specs.push_back(
        json::object{{"name", spec.name}, {"labels", to_json(spec.labels)}, {"file", spec.file}, {"line", spec.line}});
  for (const auto& group : listing.groups) groups.push_back(json::array(group.begin(), group.end()));
  return {{"version", kListingVersion},         {"digest", listing.digest},          {"kubernetes", listing.version},
          {"description", listing.description}, {"images", to_json(listing.images)}, {"specs", std::move(specs)},
          {"groups", std::move(groups)}};
}

std::optional<GinkgoListing> decode(const json::value& value) {
  if (int_at(value, "version") != kListingVersion) return std::nullopt;
  GinkgoListing listing;
  listing.digest = string_at(value, "digest");
  listing.version = string_at(value, "kubernetes");
  listing.description = string_at(value, "description");
  if (const json::value* images = value_at(value, "images")) listing.images = strings_of(*images);
  for (const json::value& one : array_at(value, "specs")) {
    const json::value* labels = value_at(one, "labels");
    listing.specs.push_back({string_at(one, "name"),
                             labels == nullptr ? std::vector<std::string>() : strings_of(*labels),
                             string_at(one, "file"), static_cast<int>(int_at(one, "line"))});
  }
  for (const json::value& one : array_at(value, "groups")) {
    std::vector<int>& group = listing.groups.emplace_back();
    if (!one.is_array()) return std::nullopt;
    for (const json::value& index : one.get_array()) {
      if (!index.is_int64() || index.get_int64() < 0 ||
          index.get_int64() >= static_cast<std::int64_t>(listing.specs.size()))
        return std::nullopt;
      group.push_back(static_cast<int>(index.get_int64()));
    }
  }
  return listing;
}

class Lister {
 public:
  Lister(const fs::path& binary, const std::vector<std::string>& flags, ProcessRunner& processes,
         const CancelToken& cancel)
      : binary_(binary), processes_(processes), cancel_(cancel) {
    for (const std::string& flag : flags)
      if (flag.find('{') == std::string::npos) flags_.push_back(flag);
  }

  Result<GinkgoListing> list() {
    GRADUAND_TRY_ASSIGN(const TempDir folder, TempDir::create("ginkgo"));
    const fs::path report = folder.path() / "report.json";
    GRADUAND_TRY_ASSIGN(
        const ProcessResult dry,
        run({"--ginkgo.dry-run", "--ginkgo.no-color", "--ginkgo.json-report=" + report.string()}, folder.path()));
    const auto text = read_file(report, results::kGinkgoReportLimits.max_bytes);
    if (!text)
      return wrong(fmt::format("its dry run wrote no report ({}): {}", describe_end(dry, kListLimit),
                               shorten(printable(trim(dry.stderr_text + dry.stdout_text)), 300)));
    auto parsed = results::parse_ginkgo_report(*text, binary_.string());
    if (!parsed) return wrong("the report of its dry run cannot be read: " + parsed.error().message);
    GinkgoListing listing;
    listing.description = std::move(parsed->description);
    for (results::GinkgoNode& node : parsed->nodes)
      if (node.is_spec())
        listing.specs.push_back({std::move(node.name), std::move(node.labels), std::move(node.file), node.line});
    if (listing.specs.empty()) return wrong("its dry run lists no specs");
    // A suite that shuffles its specs, as e2e.test does, lists them in another order each time.
    std::stable_sort(listing.specs.begin(), listing.specs.end(), [](const auto& a, const auto& b) {
      return std::tie(a.name, a.file, a.line) < std::tie(b.name, b.file, b.line);
    });
    listing.version = version(folder.path());
    listing.images = images(folder.path());
    listing.groups = find_ginkgo_groups(binary_, flags_, listing.specs, processes_, cancel_);
    return listing;
  }

 private:
  tl::unexpected<Error> wrong(const std::string& message) const {
    return fail(ErrorKind::kUsage, message, binary_.string());
  }

  Result<ProcessResult> run(std::vector<std::string> arguments, const fs::path& folder) {
    ProcessSpec spec;
    spec.argv = {binary_.string()};
    spec.argv.insert(spec.argv.end(), arguments.begin(), arguments.end());
    spec.argv.insert(spec.argv.end(), flags_.begin(), flags_.end());
    spec.environment = {{"TZ", "UTC"}};
    spec.working_directory = folder;
    spec.time_limit = kListLimit;
    spec.output_limit = 1u << 20;
    auto result = processes_.run(spec, cancel_);
    if (!result) return wrong("it cannot be run: " + result.error().message);
    if (result->cancelled) return fail(ErrorKind::kCancelled, "interrupted while listing the specs", binary_.string());
    return result;
  }

  // "v1.34.3", or an error about an unknown flag from a binary that is not Kubernetes'.
  std::string version(const fs::path& folder) {
    const auto result = run({"--version"}, folder);
    if (!result || !result->ok()) return {};
    const std::string answer(trim(result->stdout_text));
    return starts_with(answer, "v") && catalogue::KubeVersion::parse(answer) ? answer : std::string();
  }

  std::vector<std::string> images(const fs::path& folder) {
    const auto result = run({"--list-images"}, folder);
    std::vector<std::string> found;
    if (!result || !result->ok()) return found;
    for (const std::string& line : split(result->stdout_text, '\n'))
      if (const auto image = trim(line); !image.empty() && image.find(' ') == std::string_view::npos)
        found.emplace_back(image);
    return found;
  }

  const fs::path& binary_;
  std::vector<std::string> flags_;
  ProcessRunner& processes_;
  const CancelToken& cancel_;
};

}  // namespace

Result<GinkgoListing> list_ginkgo_specs(const fs::path& binary, const std::vector<std::string>& flags,
                                        const fs::path& cache, ProcessRunner& processes, const CancelToken& cancel) {
  GRADUAND_TRY_ASSIGN(const std::string digest, remembered_digest(binary, cache));
  const fs::path kept = cache / (sha256_hex(digest + "\n" + join(flags, "\n")) + ".json");
  if (const auto text = read_file(kept)) {
    if (const auto value = parse_json(*text, kept.string()))
      if (auto listing = decode(*value)) return *std::move(listing);
  }
  GRADUAND_TRY_ASSIGN(GinkgoListing listing, Lister(binary, flags, processes, cancel).list());
  listing.digest = digest;
  // A cache that cannot be written costs the next call its time, nothing else.
  static_cast<void>(write_file_atomically(kept, json::serialize(encode(listing))));
  return listing;
}

}  // namespace graduand::runner
