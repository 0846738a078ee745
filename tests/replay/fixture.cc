// SPDX-License-Identifier: Apache-2.0
#include "tests/replay/fixture.h"

#include "framework/base/yaml/yaml.h"
#include "framework/graduation/rules/rules.h"
#include "tests/replay/fixture_feature.h"

namespace graduand::replay {
namespace {

Result<catalogue::TransitionRequest> read_transition(const YamlDocument& document, const YAML::Node& node) {
  YamlReader reader(document, node, "transition");
  catalogue::TransitionRequest request;
  request.phase = reader.string("phase");
  read_gates(document, reader, request.gates);
  if (const auto up = reader.optional_string("upgrade")) {
    request.kind = catalogue::TransitionKind::kUpgrade;
    request.version = read_version(reader, "upgrade", *up);
  } else if (const auto down = reader.optional_string("downgrade")) {
    request.kind = catalogue::TransitionKind::kDowngrade;
    request.version = read_version(reader, "downgrade", *down);
  } else if (request.gates.empty()) {
    reader.error("phase", "a transition sets 'gates', or is an 'upgrade' or a 'downgrade'");
  }
  GRADUAND_TRY(reader.finish());
  return request;
}

Status read_cell(const YamlDocument& document, const YAML::Node& node, Fixture& out) {
  YamlReader reader(document, node, "cell");
  Cell cell;
  cell.name = reader.string("name");
  cell.kubernetes = read_version(reader, "kubernetes", reader.string("kubernetes"));
  if (const auto worker = reader.optional_string("worker")) cell.worker = read_version(reader, "worker", *worker);
  read_gates(document, reader, cell.gates);
  reader.optional_sequence("transitions", [&](const YAML::Node& one) -> Status {
    GRADUAND_TRY_ASSIGN(auto request, read_transition(document, one));
    cell.transitions.push_back(std::move(request));
    return {};
  });
  if (out.cells.contains(cell.name)) reader.error("name", "there is another cell '" + cell.name + "'");
  GRADUAND_TRY(reader.finish());
  out.cells.emplace(cell.name, std::move(cell));
  return {};
}

Origin read_origin(YamlReader& reader, const std::string& what) {
  Origin origin;
  origin.source = reader.optional_string("source").value_or("");
  origin.reconstructed = reader.optional_bool("reconstructed").value_or(false);
  origin.part = reader.optional_string("part").value_or("");
  if (origin.source.empty() && !origin.reconstructed)
    reader.error("source", what + " without a source", "link one, or say 'reconstructed: true'");
  if (!origin.source.empty()) check_source(reader, origin.source);
  return origin;
}

void expect_case(YamlReader& reader, const std::string& key, const std::string& id, const Fixture& fixture) {
  std::vector<std::string> ids;
  for (const catalogue::CaseInfo& info : fixture.cases) ids.push_back(info.id);
  reader.expect_one_of(key, id, ids);
}

Status read_job(const YamlDocument& document, const YAML::Node& node, Fixture& out) {
  YamlReader reader(document, node, "job");
  Job job;
  job.origin = read_origin(reader, "runs");
  job.name = reader.string("job");
  job.build = reader.optional_string("build").value_or("");
  job.change = reader.optional_string("change").value_or("");
  if (auto trigger = results::parse_trigger(reader.optional_string("trigger").value_or("periodic")))
    job.trigger = *trigger;
  else
    reader.error("trigger", trigger.error().message);
  if (reader.has("at")) {
    job.from = job.to = read_time(reader, "at");
  } else {
    job.from = read_time(reader, "from");
    job.to = read_time(reader, "to");
    job.every = reader.optional_duration("every").value_or(milliseconds(0));
    if (job.every.count() <= 0) reader.error("every", "runs come every so often, such as 8h");
  }
  job.cells = reader.optional_strings("cells");
  for (const std::string& cell : job.cells)
    if (!out.cells.contains(cell)) reader.error("cells", "there is no cell '" + cell + "'");
  job.cases = reader.optional_strings("cases");
  job.phased = reader.optional_string("phased").value_or("");
  for (const std::string& id : reader.optional_strings("failed")) job.failed.insert(id);
  for (const std::string& id : job.cases) expect_case(reader, "cases", id, out);
  for (const std::string& id : job.failed) expect_case(reader, "failed", id, out);
  GRADUAND_TRY(reader.finish());
  out.jobs.push_back(std::move(job));
  return {};
}

Status read_failures(const YamlDocument& document, const YAML::Node& node, Fixture& out) {
  YamlReader reader(document, node, "failures");
  Failures failures;
  failures.origin = read_origin(reader, "failures");
  failures.case_id = reader.string("case");
  expect_case(reader, "case", failures.case_id, out);
  failures.gate = reader.optional_bool("gate");
  failures.one_in = static_cast<int>(reader.optional_int("one-in").value_or(1));
  if (failures.one_in < 1) reader.error("one-in", "one in so many attempts, at least 1");
  if (reader.has("from")) failures.from = read_time(reader, "from");
  if (reader.has("to")) failures.to = read_time(reader, "to");
  GRADUAND_TRY(reader.finish());
  out.failures.push_back(std::move(failures));
  return {};
}

Status read_measured(const YamlDocument& document, const YAML::Node& node, Fixture& out) {
  YamlReader reader(document, node, "measure");
  Measured measured;
  measured.origin = read_origin(reader, "measures");
  measured.case_id = reader.string("case");
  expect_case(reader, "case", measured.case_id, out);
  measured.name = reader.string("measure");
  measured.unit = reader.string("unit");
  measured.on = reader.optional_double("on").value_or(0);
  measured.off = reader.optional_double("off").value_or(0);
  GRADUAND_TRY(reader.finish());
  out.measures.push_back(std::move(measured));
  return {};
}

Status read_mark(const YamlDocument& document, const YAML::Node& node, Fixture& out) {
  YamlReader reader(document, node, "mark");
  Fixed fixed;
  fixed.origin = read_origin(reader, "a mark");
  fixed.mark.id = "mark-" + std::to_string(out.marks.size() + 1);
  fixed.mark.feature = out.info.name;
  fixed.mark.case_id = reader.string("fixed");
  expect_case(reader, "fixed", fixed.mark.case_id, out);
  fixed.mark.since = read_time(reader, "since");
  fixed.mark.reason = reader.string("reason");
  fixed.mark.author = reader.string("author");
  fixed.mark.made = read_time(reader, "made");
  GRADUAND_TRY(reader.finish());
  out.marks.push_back(std::move(fixed));
  return {};
}

std::vector<std::string> parts_of(const Fixture& fixture) {
  std::set<std::string> parts;
  for (const Job& one : fixture.jobs) parts.insert(one.origin.part);
  for (const Failures& one : fixture.failures) parts.insert(one.origin.part);
  for (const Measured& one : fixture.measures) parts.insert(one.origin.part);
  for (const Fixed& one : fixture.marks) parts.insert(one.origin.part);
  parts.erase("");
  return {parts.begin(), parts.end()};
}

Status read_judgement(const YamlDocument& document, const YAML::Node& node, Fixture& out) {
  YamlReader reader(document, node, "judgement");
  ExpectedJudgement one;
  one.name = reader.string("name");
  if (auto stage = graduation::parse_stage(reader.string("stage")))
    one.stage = *stage;
  else
    reader.error("stage", stage.error().message);
  one.release = read_version(reader, "release", reader.string("release"));
  one.as_of = read_time(reader, "as-of");
  one.prereleases = reader.optional_bool("prereleases").value_or(false);
  for (const std::string& part : reader.optional_strings("with")) {
    reader.expect_one_of("with", part, parts_of(out));
    one.parts.insert(part);
  }
  for (const std::string& fact : reader.optional_strings("forgetting")) {
    reader.expect_one_of("forgetting", fact, {"scenarios", "comparisons", "deprecations"});
    one.forgetting.insert(fact);
  }
  one.overall = reader.string("overall");
  reader.expect_one_of("overall", one.overall, {"pass", "fail", "no-evidence"});
  reader.optional_map("open", [&](const std::string& rule, const YAML::Node& value) -> Status {
    reader.expect_one_of("open", rule, graduation::rule_ids());
    GRADUAND_TRY_ASSIGN(one.open[rule], yaml_string(document, value, "the verdict of " + rule));
    return {};
  });
  one.says = reader.optional_strings("says");
  one.cells = reader.optional_strings("cells");
  GRADUAND_TRY(reader.finish());
  out.judgements.push_back(std::move(one));
  return {};
}

Result<Fixture> read(const YamlDocument& document) {
  YamlReader reader(document, document.root(), "replay");
  Fixture fixture;
  fixture.file = document.source();
  fixture.what = reader.string("what");
  GRADUAND_TRY(read_feature(document, reader, fixture));
  using Read = Status (*)(const YamlDocument&, const YAML::Node&, Fixture&);
  for (const auto& [key, read_one] :
       {std::pair<const char*, Read>("cells", read_cell), std::pair<const char*, Read>("runs", read_job),
        std::pair<const char*, Read>("failures", read_failures),
        std::pair<const char*, Read>("measures", read_measured), std::pair<const char*, Read>("marks", read_mark),
        std::pair<const char*, Read>("judgements", read_judgement)})
    reader.optional_sequence(key, [&, one = read_one](const YAML::Node& node) { return one(document, node, fixture); });
  if (fixture.judgements.empty()) reader.error("judgements", "a replay has to say what a right verdict is");
  GRADUAND_TRY(reader.finish());
  return fixture;
}

}  // namespace

Result<Fixture> load_fixture(const std::filesystem::path& path) {
  GRADUAND_TRY_ASSIGN(const YamlDocument document, YamlDocument::load(path));
  return read(document);
}

Result<Fixture> parse_fixture(std::string_view text, const std::string& source) {
  GRADUAND_TRY_ASSIGN(const YamlDocument document, YamlDocument::parse(text, source));
  return read(document);
}

}  // namespace graduand::replay
