// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/ginkgo/listing.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <tuple>

#include "framework/base/files.h"
#include "framework/base/text.h"
#include "framework/results/foreign/ginkgo_report.h"
#include "framework/runner/ginkgo/decorators.h"
#include "framework/runner/ginkgo/groups.h"
#include "framework/runner/ginkgo/units.h"
#include "framework/runner/plan/file_digest.h"

namespace graduand::runner {
namespace {

// Raised when the listing's content or the way it is found changes: kept ones are then not read any more.
constexpr int kListingVersion = 4;
constexpr milliseconds kListLimit = std::chrono::minutes(2);

json::array encode(const std::vector<std::vector<int>>& lists) {
  json::array encoded;
  for (const auto& list : lists) encoded.push_back(json::array(list.begin(), list.end()));
  return encoded;
}

json::object encode(const GinkgoListing& listing) {
  json::array specs;
  for (const auto& spec : listing.specs)
    specs.push_back(json::object{{"name", spec.name},
                                 {"labels", to_json(spec.labels)},
                                 {"file", spec.file},
                                 {"line", spec.line},
                                 {"serial", spec.serial}});
  return {{"version", kListingVersion},         {"digest", listing.digest},          {"kubernetes", listing.version},
          {"description", listing.description}, {"images", to_json(listing.images)}, {"specs", std::move(specs)},
          {"groups", encode(listing.groups)},   {"units", encode(listing.units)}};
}

// Lists of positions below `size`; nothing when they are something else.
std::optional<std::vector<std::vector<int>>> positions_from(const json::array& lists, std::size_t size) {
  std::vector<std::vector<int>> found;
  for (const json::value& one : lists) {
    std::vector<int>& list = found.emplace_back();
    if (!one.is_array()) return std::nullopt;
    for (const json::value& at : one.get_array()) {
      if (!at.is_int64() || at.get_int64() < 0 || at.get_int64() >= static_cast<std::int64_t>(size))
        return std::nullopt;
      list.push_back(static_cast<int>(at.get_int64()));
    }
  }
  return found;
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
                             string_at(one, "file"), static_cast<int>(int_at(one, "line")), bool_at(one, "serial")});
  }
  auto groups = positions_from(array_at(value, "groups"), listing.specs.size());
  auto units = positions_from(array_at(value, "units"), listing.specs.size());
  if (!groups || !units) return std::nullopt;
  listing.groups = *std::move(groups);
  listing.units = *std::move(units);
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
    GRADUAND_TRY_ASSIGN(results::GinkgoReport report, dry_run({kGinkgoSeed}, folder.path()));
    if (report.focused) return focused(report);
    GinkgoListing listing;
    listing.description = std::move(report.description);
    std::vector<results::GinkgoNode> nodes = specs_of(std::move(report));
    if (nodes.empty()) return wrong("its dry run lists no specs");
    const std::vector<int> run_order = sort(nodes);
    for (const results::GinkgoNode& node : nodes)
      listing.specs.push_back({node.name, node.labels, node.file, node.line, node.serial});
    listing.version = version(folder.path());
    listing.images = images(folder.path());
    listing.groups = find_ginkgo_groups(binary_, flags_, listing.specs, processes_, cancel_);
    mark_serial(nodes, listing.groups);
    mark_ordered(nodes, listing.groups, run_order, [&](int seed) { return shuffled(seed, folder.path()); });
    for (std::size_t i = 0; i < nodes.size(); ++i) listing.specs[i].serial = nodes[i].serial;
    listing.units = find_ginkgo_units(nodes, run_order, listing.groups);
    return listing;
  }

 private:
  Result<results::GinkgoReport> dry_run(std::vector<std::string> arguments, const fs::path& folder) {
    const fs::path report = folder / "report.json";
    arguments.insert(arguments.end(),
                     {"--ginkgo.dry-run", "--ginkgo.no-color", "--ginkgo.json-report=" + report.string()});
    GRADUAND_TRY_ASSIGN(const ProcessResult dry, run(std::move(arguments), folder));
    const auto text = read_file(report, results::kGinkgoReportLimits.max_bytes);
    if (!text)
      return wrong(fmt::format("its dry run wrote no report ({}): {}", describe_end(dry, kListLimit),
                               shorten(printable(trim(dry.stderr_text + dry.stdout_text)), 300)));
    std::error_code ignored;
    fs::remove(report, ignored);  // so that none is taken for the next one's
    auto parsed = results::parse_ginkgo_report(*text, binary_.string());
    if (!parsed) return wrong("the report of its dry run cannot be read: " + parsed.error().message);
    return *std::move(parsed);
  }

  static std::vector<results::GinkgoNode> specs_of(results::GinkgoReport report) {
    std::erase_if(report.nodes, [](const results::GinkgoNode& node) { return !node.is_spec(); });
    return std::move(report.nodes);
  }

  std::optional<std::vector<int>> shuffled(int seed, const fs::path& folder) {
    auto report = dry_run({"--ginkgo.randomize-all", fmt::format("--ginkgo.seed={}", seed)}, folder);
    if (!report) return std::nullopt;
    std::vector<results::GinkgoNode> nodes = specs_of(*std::move(report));
    return sort(nodes);
  }

  // By name, whatever order a suite that shuffles its specs, as e2e.test does, lists them in; those of one name at one
  // place as they were. Returns the positions in the order in which they were.
  static std::vector<int> sort(std::vector<results::GinkgoNode>& nodes) {
    std::vector<std::pair<results::GinkgoNode, std::size_t>> numbered;
    for (results::GinkgoNode& node : nodes) numbered.emplace_back(std::move(node), numbered.size());
    std::stable_sort(numbered.begin(), numbered.end(), [](const auto& a, const auto& b) {
      return std::tie(a.first.name, a.first.file, a.first.line) < std::tie(b.first.name, b.first.file, b.first.line);
    });
    std::vector<int> order(numbered.size());
    for (std::size_t i = 0; i < numbered.size(); ++i) {
      order[numbered[i].second] = static_cast<int>(i);
      nodes[i] = std::move(numbered[i].first);
    }
    return order;
  }

  tl::unexpected<Error> focused(const results::GinkgoReport& report) const {
    std::string where;
    std::size_t in_focus = 0, all = 0;
    for (const results::GinkgoNode& node : report.nodes) {
      if (!node.is_spec()) continue;
      ++all;
      if (node.state != "passed") continue;
      if (in_focus++ == 0) where = fmt::format("'{}' at {}:{}", shorten(node.name, 200), node.file, node.line);
    }
    return fail(ErrorKind::kUsage,
                fmt::format("a focus was left in its code: Ginkgo would run only {} of its {} specs, such as {}, and "
                            "call that no success",
                            in_focus, all, where),
                binary_.string(), "take FIt, FDescribe, FContext, FEntry or Focus out of the code, and build it again");
  }

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
