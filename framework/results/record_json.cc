// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "framework/base/text.h"
#include "framework/results/record_fields.h"
#include "framework/results/records.h"
#include "framework/results/utf8.h"

namespace graduand::results {

// Beside the types they serve, where argument-dependent look-up finds them.
static json::value encode(const NodeRecord& node) {
  return json::object{{"name", node.name},
                      {"role", node.role},
                      {"image", node.image},
                      {"image_digest", node.image_digest},
                      {"provenance", node.provenance},
                      {"kubelet_version", node.kubelet_version}};
}

static Status decode(const json::value& value, NodeRecord& out) {
  catalogue::JsonReader reader(value, "node");
  reader.require("name", out.name);
  reader.get("role", out.role);
  reader.get("image", out.image);
  reader.get("image_digest", out.image_digest);
  reader.get("provenance", out.provenance);
  reader.get("kubelet_version", out.kubelet_version);
  return reader.finish();
}

static Status decode(const json::value& value, Host& out) {
  catalogue::JsonReader reader(value, "host");
  reader.get("os", out.os);
  reader.get("kernel", out.kernel);
  reader.get("cpus", out.cpus);
  reader.get("memory_bytes", out.memory_bytes);
  reader.get("container_runtime", out.container_runtime);
  return reader.finish();
}

namespace {

using catalogue::encode;
using catalogue::JsonReader;

json::object start(const char* type) {
  return {{"type", type}, {"schema_version", kSchemaVersion}};
}

json::object object_of(const Run& run) {
  json::object o = start("run");
  o["id"] = run.id;
  o["started"] = encode(run.started);
  if (run.finished) o["finished"] = encode(*run.finished);
  o["trigger"] = to_string(run.trigger);
  o["job"] = run.job;
  o["build_id"] = run.build_id;
  if (!run.change.empty()) o["change"] = run.change;
  o["harness_version"] = run.harness_version;
  o["harness_revision"] = run.harness_revision;
  o["argv"] = encode(run.argv);
  o["label_filter"] = run.label_filter;
  o["seed"] = encode(run.seed);
  o["repeat"] = run.repeat;
  o["host"] = {{"os", run.host.os},
               {"kernel", run.host.kernel},
               {"cpus", run.host.cpus},
               {"memory_bytes", run.host.memory_bytes},
               {"container_runtime", run.host.container_runtime}};
  o["simulated"] = run.simulated;
  return o;
}

json::object object_of(const ClusterInstance& instance) {
  json::object o = start("cluster-instance");
  o["id"] = instance.id;
  o["run_id"] = instance.run_id;
  o["cell"] = instance.cell.to_json();
  o["provider"] = instance.provider;
  o["cluster_name"] = instance.cluster_name;
  o["created"] = encode(instance.created);
  o["ready_after_s"] = encode(instance.ready_after);
  o["nodes"] = encode(instance.nodes);
  o["host_added_gates"] = encode(instance.host_added_gates);
  o["facts"] = instance.facts.to_json();
  o["outcome"] = to_string(instance.outcome);
  o["message"] = instance.message;
  return o;
}

json::object object_of(const Transition& transition) {
  json::object o = start("transition");
  o["id"] = transition.id;
  o["run_id"] = transition.run_id;
  o["instance_id"] = transition.instance_id;
  o["attempt_id"] = transition.attempt_id;
  o["kind"] = to_string(transition.request.kind);
  o["request"] = encode(transition.request);
  o["phase_before"] = transition.phase_before;
  o["phase_after"] = transition.phase_after;
  o["started"] = encode(transition.started);
  o["took_s"] = encode(transition.took);
  if (!transition.measures.empty()) o["measures"] = encode(transition.measures);
  o["outcome"] = to_string(transition.outcome);
  o["message"] = transition.message;
  return o;
}

json::object object_of(const Attempt& attempt) {
  json::object o = start("attempt");
  o["id"] = attempt.id;
  o["run_id"] = attempt.run_id;
  o["instance_id"] = attempt.instance_id;
  o["cell"] = attempt.cell;
  o["fingerprint"] = attempt.fingerprint;
  o["suite"] = attempt.suite;
  o["suite_revision"] = attempt.suite_revision;
  o["case_id"] = attempt.case_id;
  o["case_name"] = attempt.case_name;
  o["features"] = encode(attempt.features);
  o["labels"] = encode(attempt.labels);
  o["number"] = attempt.number;
  o["seed"] = encode(attempt.seed);
  o["started"] = encode(attempt.started);
  o["took_s"] = encode(attempt.took);
  o["outcome"] = to_string(attempt.outcome);
  o["reason"] = attempt.reason;
  o["failures"] = encode(attempt.failures);
  o["measures"] = encode(attempt.measures);
  if (!attempt.phased_case.empty()) o["phased_case"] = attempt.phased_case;
  o["first_phase"] = attempt.first_phase;
  o["last_phase"] = attempt.last_phase;
  o["kubernetes_version"] = attempt.kubernetes_version;
  o["namespace"] = attempt.ns;
  o["stdout_path"] = attempt.stdout_path;
  o["stderr_path"] = attempt.stderr_path;
  o["source"] = attempt.source;
  o["simulated"] = attempt.simulated;
  return o;
}

json::object object_of(const Fact& fact) {
  json::object o = start("fact");
  o["id"] = fact.id;
  o["run_id"] = fact.run_id;
  o["instance_id"] = fact.instance_id;
  o["name"] = fact.name;
  o["value"] = fact.value;
  o["measured"] = encode(fact.measured);
  return o;
}

// Members that evidence cannot do without are required; the others keep their defaults when they are absent.
Result<Record> read_run(const json::value& value) {
  Run run;
  JsonReader reader(value, "run");
  reader.require("id", run.id);
  reader.require("started", run.started);
  reader.get("finished", run.finished);
  reader.require("trigger", run.trigger);
  reader.get("job", run.job);
  reader.get("build_id", run.build_id);
  reader.get("change", run.change);
  reader.get("harness_version", run.harness_version);
  reader.get("harness_revision", run.harness_revision);
  reader.get("argv", run.argv);
  reader.get("label_filter", run.label_filter);
  reader.get("seed", run.seed);
  reader.get("repeat", run.repeat);
  reader.get("host", run.host);
  reader.get("simulated", run.simulated);
  GRADUAND_TRY(reader.finish());
  return run;
}

Result<Record> read_instance(const json::value& value) {
  ClusterInstance instance;
  json::value cell, facts;
  JsonReader reader(value, "cluster-instance");
  reader.require("id", instance.id);
  reader.require("run_id", instance.run_id);
  reader.require("cell", cell);
  reader.get("provider", instance.provider);
  reader.get("cluster_name", instance.cluster_name);
  reader.require("created", instance.created);
  reader.get("ready_after_s", instance.ready_after);
  reader.get("nodes", instance.nodes);
  reader.get("host_added_gates", instance.host_added_gates);
  reader.require("facts", facts);
  reader.require("outcome", instance.outcome);
  reader.get("message", instance.message);
  GRADUAND_TRY(reader.finish());
  GRADUAND_TRY_ASSIGN(instance.cell, catalogue::CellDescription::from_json(cell));
  GRADUAND_TRY_ASSIGN(instance.facts, catalogue::CellFacts::from_json(facts));
  return instance;
}

Result<Record> read_transition(const json::value& value) {
  Transition transition;
  JsonReader reader(value, "transition");
  reader.require("id", transition.id);
  reader.require("run_id", transition.run_id);
  reader.get("instance_id", transition.instance_id);
  reader.get("attempt_id", transition.attempt_id);
  std::string kind;
  json::object request;
  reader.require("kind", kind);
  reader.get("request", request);
  reader.get("phase_before", transition.phase_before);
  reader.get("phase_after", transition.phase_after);
  reader.require("started", transition.started);
  reader.get("took_s", transition.took);
  reader.get("measures", transition.measures);
  reader.require("outcome", transition.outcome);
  reader.get("message", transition.message);
  GRADUAND_TRY(reader.finish());
  request["kind"] = kind;  // earlier versions left it out of what a case asked for
  GRADUAND_TRY(catalogue::decode(request, transition.request));
  return transition;
}

Result<Record> read_attempt(const json::value& value) {
  Attempt attempt;
  JsonReader reader(value, "attempt");
  reader.require("id", attempt.id);
  reader.require("run_id", attempt.run_id);
  reader.get("instance_id", attempt.instance_id);
  reader.require("cell", attempt.cell);
  reader.require("fingerprint", attempt.fingerprint);
  reader.require("suite", attempt.suite);
  reader.get("suite_revision", attempt.suite_revision);
  reader.require("case_id", attempt.case_id);
  reader.get("case_name", attempt.case_name);
  reader.get("features", attempt.features);
  reader.get("labels", attempt.labels);
  reader.require("number", attempt.number);
  reader.get("seed", attempt.seed);
  reader.require("started", attempt.started);
  reader.get("took_s", attempt.took);
  reader.require("outcome", attempt.outcome);
  reader.get("reason", attempt.reason);
  reader.get("failures", attempt.failures);
  reader.get("measures", attempt.measures);
  reader.get("phased_case", attempt.phased_case);
  reader.get("first_phase", attempt.first_phase);
  reader.get("last_phase", attempt.last_phase);
  reader.get("kubernetes_version", attempt.kubernetes_version);
  reader.get("namespace", attempt.ns);
  reader.get("stdout_path", attempt.stdout_path);
  reader.get("stderr_path", attempt.stderr_path);
  reader.get("source", attempt.source);
  reader.get("simulated", attempt.simulated);
  GRADUAND_TRY(reader.finish());
  return attempt;
}

Result<Record> read_fact(const json::value& value) {
  Fact fact;
  JsonReader reader(value, "fact");
  reader.require("id", fact.id);
  reader.require("run_id", fact.run_id);
  reader.get("instance_id", fact.instance_id);
  reader.require("name", fact.name);
  reader.require("value", fact.value);
  reader.require("measured", fact.measured);
  GRADUAND_TRY(reader.finish());
  return fact;
}

}  // namespace

json::object to_json(const Record& record) {
  json::value value = std::visit([](const auto& one) { return object_of(one); }, record);
  make_valid_utf8(value);
  return std::move(value.get_object());
}

Result<Record> record_from_json(const json::value& value) {
  std::string type;
  std::int64_t schema = 0;
  JsonReader reader(value, "record");
  reader.require("type", type);
  reader.require("schema_version", schema);
  GRADUAND_TRY(reader.finish());
  if (schema > kSchemaVersion) {
    return fail(
        ErrorKind::kUsage,
        fmt::format("the record's schema version is {}, and this program reads up to {}", schema, kSchemaVersion), {},
        "use the graduand that wrote it, or a newer one");
  }
  if (schema < 1) return fail(ErrorKind::kUsage, fmt::format("{} is not a schema version; the first is 1", schema));
  if (type == "run") return read_run(value);
  if (type == "cluster-instance") return read_instance(value);
  if (type == "transition") return read_transition(value);
  if (type == "attempt") return read_attempt(value);
  if (type == "fact") return read_fact(value);
  return fail(ErrorKind::kUsage, "'" + shorten(type, 80) +
                                     "' is not a type of record; expected run, cluster-instance, transition, attempt "
                                     "or fact");
}

}  // namespace graduand::results
