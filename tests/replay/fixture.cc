// SPDX-License-Identifier: Apache-2.0
#include "tests/replay/fixture.h"

#include <algorithm>

#include "framework/base/text.h"
#include "framework/base/yaml.h"
#include "framework/catalogue/feature_file.h"
#include "tests/replay/history.h"

namespace graduand::replay {
namespace {

template <class T>
T taken(YamlReader& reader, const char* key, Result<T> read) {
  if (read) return *std::move(read);
  reader.error(key, read.error().message, read.error().hint);
  return {};
}

Timestamp time_of(YamlReader& reader, const char* key) {
  return taken(reader, key, parse_time_argument(reader.string(key)));
}

catalogue::KubeVersion version_of(YamlReader& reader, const char* key) {
  return taken(reader, key, catalogue::KubeVersion::parse(reader.string(key)));
}

class FixtureReader {
 public:
  FixtureReader(const YamlDocument& document, Fixture& fixture) : document_(document), fixture_(fixture) {}

  Status read() {
    YamlReader reader(document_, document_.root(), "replay");
    fixture_.about = reader.string("about");
    fixture_.sources = reader.optional_strings("sources");
    if (fixture_.sources.empty()) reader.error("sources", "a replay says where its facts come from");
    fixture_.input.feature = reader.string("feature");
    each(reader, "cases", &FixtureReader::read_case);
    each(reader, "jobs", &FixtureReader::read_job);
    each(reader, "marks", &FixtureReader::read_mark);
    each(reader, "judgements", &FixtureReader::read_judgement);
    return reader.finish();
  }

 private:
  using Read = Status (FixtureReader::*)(YamlReader&);

  std::size_t each(YamlReader& reader, const char* key, Read read_one) {
    return reader.optional_sequence(key, [&](const YAML::Node& node) -> Status {
      YamlReader one(document_, node, key);
      GRADUAND_TRY((this->*read_one)(one));
      return one.finish();
    });
  }

  Status read_case(YamlReader& reader) {
    catalogue::CaseInfo info;
    info.id = info.name = reader.string("id");
    info.suite = info.id.substr(0, info.id.find('/'));
    info.labels = reader.optional_strings("labels");
    info.needs = reader.optional_strings("needs");
    info.features = reader.optional_strings("features");
    if (info.features.empty()) info.features = {fixture_.input.feature};
    if (std::count(info.id.begin(), info.id.end(), '/') > 1)
      info.step.phased_case = info.id.substr(0, info.id.rfind('/'));
    features_[info.id] = info.features;
    labels_[info.id] = info.labels;
    if (std::count(info.features.begin(), info.features.end(), fixture_.input.feature) > 0)
      fixture_.input.cases.push_back(std::move(info));
    return {};
  }

  Status read_job(YamlReader& reader) {
    JobSpec job;
    job.name = reader.string("name");
    const bool reconstructed = reader.optional_bool("reconstructed").value_or(false);
    if (reconstructed == reader.optional_string("source").has_value())
      reader.error("name", "the job " + job.name + " must have a source, or say 'reconstructed: true'");
    job.trigger =
        taken(reader, "trigger", results::parse_trigger(reader.optional_string("trigger").value_or("periodic")));
    for (const std::string& text : reader.optional_strings("at"))
      job.at.push_back(taken(reader, "at", parse_time_argument(text)));
    job.changes = reader.optional_strings("changes");
    if (job.at.empty()) {
      const Timestamp to = time_of(reader, "to");
      const milliseconds every = reader.optional_duration("every").value_or(std::chrono::hours(24));
      for (Timestamp at = time_of(reader, "from"); at < to; at += every) job.at.push_back(at);
    }
    reader.optional_sequence("clusters", [&](const YAML::Node& node) -> Status {
      std::vector<PhaseSpec> phases(1);
      YamlReader cluster(document_, node, "cluster");
      phases[0].version = version_of(cluster, "version");
      GRADUAND_TRY(read_phase(cluster, phases[0]));
      cluster.optional_sequence("phases", [&](const YAML::Node& phase) -> Status {
        PhaseSpec next = phases.back();
        YamlReader one(document_, phase, "phase");
        next.name = next.request.phase = one.string("name");
        next.request = {.phase = next.name};
        next.request.kind =
            taken(one, "kind", catalogue::parse_transition_kind(one.optional_string("kind").value_or("set-gates")));
        if (one.has("version")) next.request.version = next.version = version_of(one, "version");
        GRADUAND_TRY(read_phase(one, next));
        if (next.request.kind == catalogue::TransitionKind::kSetGates) next.request.gates = next.gates;
        GRADUAND_TRY(one.finish());
        phases.push_back(std::move(next));
        return {};
      });
      job.clusters.push_back(std::move(phases));
      return cluster.finish();
    });
    GRADUAND_TRY(reader.finish());
    add_runs(job, features_, labels_, fixture_.input.evidence);
    return {};
  }

  Status read_phase(YamlReader& reader, PhaseSpec& phase) {
    if (reader.has("worker")) phase.worker = version_of(reader, "worker");
    reader.optional_map("gates", [&](const std::string& gate, const YAML::Node& node) -> Status {
      GRADUAND_TRY_ASSIGN(phase.gates[gate], yaml_bool(document_, node, gate));
      return {};
    });
    if (reader.has("cases")) phase.cases = reader.optional_strings("cases");
    for (const std::string& id : phase.cases)
      if (!features_.contains(id)) reader.error("cases", "no case '" + id + "'", did_you_mean_hint(id, ids()));
    phase.fails.clear();
    if (auto fails = reader.optional_mapping("fails")) {
      for (const std::string& id : phase.cases)
        if (const auto every = fails->optional_int(id)) phase.fails[id] = static_cast<int>(*every);
      GRADUAND_TRY(fails->finish());
    }
    reader.optional_map("measures", [&](const std::string& name, const YAML::Node& node) -> Status {
      GRADUAND_TRY_ASSIGN(const json::value value, yaml_to_json(document_, node));
      phase.measures[name] = value.is_double() ? value.get_double() : static_cast<double>(value.as_int64());
      return {};
    });
    return {};
  }

  Status read_mark(YamlReader& reader) {
    results::Mark mark;
    mark.id = "mark-" + std::to_string(fixture_.input.evidence.marks.size() + 1);
    mark.feature = fixture_.input.feature;
    mark.case_id = reader.string("case");
    mark.since = time_of(reader, "since");
    mark.made = time_of(reader, "made");
    mark.reason = reader.string("reason");
    mark.author = reader.string("author");
    GRADUAND_TRY(results::check(mark));
    fixture_.input.evidence.marks.push_back(std::move(mark));
    return {};
  }

  Status read_judgement(YamlReader& reader) {
    Expected one;
    one.stage = taken(reader, "stage", graduation::parse_stage(reader.string("stage")));
    one.release = version_of(reader, "release");
    one.as_of = time_of(reader, "as-of");
    one.overall = reader.string("overall");
    reader.optional_map("open", [&](const std::string& rule, const YAML::Node& node) -> Status {
      GRADUAND_TRY_ASSIGN(one.open[rule], yaml_string(document_, node, rule));
      return {};
    });
    one.words = reader.optional_strings("words");
    fixture_.judgements.push_back(std::move(one));
    return {};
  }

  std::vector<std::string> ids() const {
    std::vector<std::string> all;
    for (const auto& [id, of] : features_) all.push_back(id);
    return all;
  }

  const YamlDocument& document_;
  Fixture& fixture_;
  std::map<std::string, std::vector<std::string>> features_, labels_;
};

}  // namespace

Result<Fixture> load_fixture(const std::filesystem::path& folder) {
  Fixture fixture;
  GRADUAND_TRY_ASSIGN(const YamlDocument document, YamlDocument::load(folder / "replay.yaml"));
  GRADUAND_TRY(FixtureReader(document, fixture).read());
  GRADUAND_TRY_ASSIGN(const auto features, catalogue::find_features({folder / "features"}));
  for (const catalogue::FeatureInfo& info : features)
    if (info.name == fixture.input.feature) fixture.input.info = info;
  if (fixture.input.info.name.empty())
    return fail(ErrorKind::kUsage, "no file of the feature " + fixture.input.feature, (folder / "features").string());
  auto& runs = fixture.input.evidence.runs;
  std::sort(runs.begin(), runs.end(), [](const auto& a, const auto& b) { return a.started < b.started; });
  fixture.input.evidence_source = "replay";
  return fixture;
}

}  // namespace graduand::replay
