// SPDX-License-Identifier: Apache-2.0
#include "tests/layering/source_rules.h"

#include <cctype>
#include <map>
#include <set>

#include "framework/base/text.h"

namespace graduand::layering {
namespace {

constexpr std::size_t kMostLines = 400;

// The rows of ARCHITECTURE.md's table. A folder may always include itself; one with rows for folders in it is no part
// of them, nor they of it.
const std::map<std::string, std::set<std::string>>& allowed_folders() {
  static const std::map<std::string, std::set<std::string>> rows = {
      {"base", {}},
      {"stats", {}},
      {"catalogue", {"base"}},
      {"kube", {"base"}},
      {"results", {"base", "catalogue"}},
      {"profile", {"base", "catalogue"}},
      {"cluster", {"base", "catalogue", "kube", "results"}},
      {"cluster/journal", {"base", "cluster"}},
      {"cluster/transitions", {"base", "catalogue", "kube", "results", "profile", "cluster", "cluster/journal"}},
      {"cluster/kind",
       {"base", "catalogue", "kube", "results", "profile", "cluster", "cluster/journal", "cluster/transitions"}},
      {"cluster/providers", {"base", "catalogue", "kube", "results", "profile", "cluster", "cluster/kind"}},
      {"e2e",
       {"base", "catalogue", "kube", "results", "cluster", "cluster/kind", "cluster/journal", "cluster/transitions"}},
      {"runner", {"base", "catalogue", "cluster", "results"}},
      {"history", {"base", "catalogue", "results"}},
      {"graduation", {"base", "catalogue", "results", "history", "stats"}},
      {"report", {"base", "catalogue", "results", "history", "stats", "graduation"}},
      {"cli",
       {"base", "stats", "catalogue", "kube", "results", "profile", "cluster", "cluster/kind", "cluster/providers",
        "e2e", "runner", "history", "graduation", "report"}},
      {"suites", {"e2e", "base", "kube", "catalogue", "results"}},
  };
  return rows;
}

struct Ban {
  std::string_view text;
  std::string_view instead;
};
constexpr Ban kBans[] = {
    {"system_clock::now", "use Clock (framework/base/clock.h)"},
    {"steady_clock::now", "use Clock (framework/base/clock.h)"},
    {"sleep_for", "wait for an event, or CancelToken::wait_for"},
    {"usleep(", "wait for an event, or CancelToken::wait_for"},
    {"rand(", "use Random (framework/base/random.h)"},
    {"std::regex", "it is slow and overflows the stack; use RE2 or plain code"},
    {"popen(", "use ProcessRunner (framework/base/processes/process.h)"},
    {"system(", "use ProcessRunner (framework/base/processes/process.h)"},
};

// "framework/kube/client.h" -> "kube"; "framework/cluster/kind/docker.h" -> "cluster/kind", which has a row of its own;
// "suites/x/case.cc" -> "suites"; anything else -> "".
std::string folder_of(const std::string& path) {
  const auto parts = split(path, '/');
  if (parts.size() >= 4 && parts[0] == "framework") {
    const std::string nested = parts[1] + "/" + parts[2];
    if (allowed_folders().count(nested) != 0) return nested;
  }
  if (parts.size() >= 3 && parts[0] == "framework") return parts[1];
  return parts[0] == "suites" ? parts[0] : std::string();
}

// The path between the quotes of an #include "..." line, or nothing.
std::string included_path(std::string_view line) {
  line = trim(line);
  if (!starts_with(line, "#")) return {};
  line = trim(line.substr(1));
  if (!starts_with(line, "include")) return {};
  line = trim(line.substr(7));
  if (!starts_with(line, "\"")) return {};
  line.remove_prefix(1);
  return std::string(line.substr(0, line.find('"')));
}

// `text` as a word of its own: "filesystem(" is not "system(".
bool uses(std::string_view line, std::string_view text) {
  for (std::size_t at = line.find(text); at != std::string_view::npos; at = line.find(text, at + 1)) {
    const char before = at == 0 ? ' ' : line[at - 1];
    if (std::isalnum(static_cast<unsigned char>(before)) == 0 && before != '_') return true;
  }
  return false;
}

// A driver of suites is known to the file that registers it, and to its own folder. A folder of the runner is a
// driver's unless it is one of these.
const std::set<std::string> kNoDrivers = {"cells", "plan"};
constexpr std::string_view kDrivers = "framework/runner/";
constexpr std::string_view kRegistersDrivers = "framework/runner/drivers.cc";

std::string driver_complaint(const std::string& path, const std::string& included) {
  if (!starts_with(included, kDrivers) || path == kRegistersDrivers) return {};
  const std::size_t end = included.find('/', kDrivers.size());
  if (end == std::string::npos || starts_with(path, included.substr(0, end + 1))) return {};
  if (kNoDrivers.contains(included.substr(kDrivers.size(), end - kDrivers.size()))) return {};
  return "only " + std::string(kRegistersDrivers) + " may include a driver's " + included;
}

std::string include_complaint(const std::string& folder, const std::string& included) {
  const std::string target = folder_of(included);
  if (target.empty() || target == folder) return {};
  if (included.find("/internal/") != std::string::npos) return "includes another folder's internals: " + included;
  const auto row = allowed_folders().find(folder);
  if (row == allowed_folders().end()) return "the folder '" + folder + "' is not in ARCHITECTURE.md's table";
  return row->second.count(target) != 0 ? std::string() : folder + " may not include " + included;
}

}  // namespace

std::vector<std::string> complaints_about(const std::string& path, std::string_view content) {
  std::vector<std::string> complaints;
  const std::string folder = folder_of(path);
  const std::vector<std::string> lines = split(content, '\n');
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string where = path + ":" + std::to_string(i + 1) + ": ";
    if (const std::string complaint = include_complaint(folder, included_path(lines[i])); !complaint.empty())
      complaints.push_back(where + complaint);
    if (const std::string complaint = driver_complaint(path, included_path(lines[i])); !complaint.empty())
      complaints.push_back(where + complaint);
    if (folder == "base") continue;
    const std::string_view code = std::string_view(lines[i]).substr(0, lines[i].find("//"));
    for (const Ban& ban : kBans)
      if (uses(code, ban.text)) complaints.push_back(where + std::string(ban.text) + ": " + std::string(ban.instead));
  }
  const std::size_t count = lines.size() - (lines.back().empty() ? 1 : 0);
  if (count > kMostLines) complaints.push_back(path + ":401: has " + std::to_string(count) + " lines; 400 is the most");
  return complaints;
}

std::vector<std::string> complaints_about_folder(const std::string& path, std::size_t files) {
  constexpr std::size_t most = 28;
  if (files <= most) return {};
  return {path + ": has " + std::to_string(files) + " source files; " + std::to_string(most) + " is the most"};
}

}  // namespace graduand::layering
