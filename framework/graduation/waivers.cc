// SPDX-License-Identifier: Apache-2.0
#include "framework/base/files.h"
#include "framework/base/text.h"
#include "framework/graduation/policy_keys.h"
#include "framework/graduation/rules/rules.h"

namespace graduand::graduation {
namespace {

template <class T>
void take(YamlReader& reader, const char* key, Result<T> read, T& out) {
  if (read)
    out = *std::move(read);
  else
    reader.error(key, read.error().message, read.error().hint);
}

Result<Waiver> read_waiver(const YamlDocument& document, const YAML::Node& node) {
  YamlReader reader(document, node, "waiver");
  Waiver waiver;
  waiver.where = document.where(node);
  waiver.feature = reader.string("feature");
  take(reader, "stage", parse_stage(reader.string("stage")), waiver.stage);
  take(reader, "release", catalogue::KubeVersion::parse(reader.string("release")), waiver.release);
  waiver.rule = reader.optional_string("rule").value_or("");
  waiver.run = reader.optional_string("run").value_or("");
  if (waiver.rule.empty() == waiver.run.empty())
    reader.error("rule", "a waiver is of one 'rule', or of one 'run' that is to be left out");
  if (!waiver.rule.empty()) reader.expect_one_of("rule", waiver.rule, rule_ids());
  waiver.reason = reader.string("reason");
  waiver.author = reader.string("author");
  if (trim(waiver.reason).empty()) reader.error("reason", "a waiver must say why");
  if (trim(waiver.author).empty()) reader.error("author", "a waiver must say who gave it");
  take(reader, "expires", parse_time_argument(reader.string("expires")), waiver.expires);
  GRADUAND_TRY(reader.finish());
  return waiver;
}

}  // namespace

Status read_waivers(const YamlDocument& document, YamlReader& reader, std::vector<Waiver>& out) {
  reader.optional_sequence("waivers", [&](const YAML::Node& node) -> Status {
    GRADUAND_TRY_ASSIGN(Waiver waiver, read_waiver(document, node));
    out.push_back(std::move(waiver));
    return {};
  });
  return {};
}

Status add_waivers(const std::filesystem::path& path, Policy& policy) {
  GRADUAND_TRY_ASSIGN(const YamlDocument document, YamlDocument::load(path));
  YamlReader reader(document, document.root(), "waivers");
  GRADUAND_TRY(read_waivers(document, reader, policy.waivers));
  return reader.finish();
}

Status check_waivers(const Policy& policy, Timestamp as_of) {
  for (const Waiver& waiver : policy.waivers)
    if (waiver.expires <= as_of)
      return fail(ErrorKind::kUsage,
                  "the waiver by " + waiver.author + " (" + waiver.reason + ") expired " +
                      format_rfc3339(waiver.expires) + " and does not count",
                  waiver.where, "remove it, or have it given anew");
  return {};
}

}  // namespace graduand::graduation
