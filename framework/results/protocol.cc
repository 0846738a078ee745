// SPDX-License-Identifier: Apache-2.0
#include "framework/results/protocol.h"

#include "framework/base/text.h"
#include "framework/results/record_fields.h"
#include "framework/results/utf8.h"

namespace graduand::results {
namespace {

using catalogue::encode;
using catalogue::JsonReader;

constexpr std::size_t kMaxLine = 1u << 20;

json::object object_of(const Measure& measure) {
  json::object o = results::encode(measure).as_object();
  o["type"] = "measure";
  return o;
}

json::object object_of(const Failure& failure) {
  json::object o = results::encode(failure).as_object();
  o["type"] = "failure";
  return o;
}

json::object object_of(const Transition& transition) {
  return to_json(Record(transition));
}

json::object object_of(const Progress& progress) {
  return {{"type", "progress"}, {"message", progress.message}};
}

json::object object_of(const Terminal& terminal) {
  return {{"type", "terminal"}, {"outcome", to_string(terminal.outcome)}, {"reason", terminal.reason}};
}

template <class T>
Result<Message> read_as(const json::value& value) {
  T message;
  GRADUAND_TRY(decode(value, message));
  return message;
}

Result<Message> read_terminal(const json::value& value) {
  Terminal terminal;
  JsonReader reader(value, "terminal");
  reader.require("outcome", terminal.outcome);
  reader.get("reason", terminal.reason);
  GRADUAND_TRY(reader.finish());
  switch (terminal.outcome) {
    case Outcome::kPassed:
    case Outcome::kFailed:
    case Outcome::kSkipped:
    case Outcome::kInfraError:
      return terminal;
    default:  // only the parent can know these
      return fail(ErrorKind::kUsage, std::string("a process cannot report '") + to_string(terminal.outcome) +
                                         "' of itself; expected passed, failed, skipped or infra-error");
  }
}

}  // namespace

json::object to_json(const AttemptContext& context) {
  json::value value = json::object{{"schema_version", kSchemaVersion},
                                   {"attempt_id", context.attempt_id},
                                   {"run_id", context.run_id},
                                   {"instance_id", context.instance_id},
                                   {"case_id", context.case_id},
                                   {"seed", encode(context.seed)},
                                   {"namespace", context.ns},
                                   {"kubeconfig", context.kubeconfig},
                                   {"kube_context", context.kube_context},
                                   {"provider", context.provider},
                                   {"cluster_name", context.cluster_name},
                                   {"time_limit_s", encode(context.time_limit)},
                                   {"facts", context.facts.to_json()},
                                   {"host_added_gates", encode(context.host_added_gates)},
                                   {"artifacts", context.artifacts},
                                   {"phase", context.phase},
                                   {"transitions", encode(context.transitions)},
                                   {"state_file", context.state_file},
                                   {"finish_file", context.finish_file}};
  make_valid_utf8(value);
  return std::move(value.get_object());
}

Result<AttemptContext> attempt_context_from_json(const json::value& value) {
  AttemptContext context;
  json::value facts;
  int schema = 0;
  JsonReader reader(value, "attempt context");
  reader.require("schema_version", schema);
  reader.require("attempt_id", context.attempt_id);
  reader.require("run_id", context.run_id);
  reader.get("instance_id", context.instance_id);
  reader.require("case_id", context.case_id);
  reader.require("seed", context.seed);
  reader.get("namespace", context.ns);
  reader.get("kubeconfig", context.kubeconfig);
  reader.get("kube_context", context.kube_context);
  reader.get("provider", context.provider);
  reader.get("cluster_name", context.cluster_name);
  reader.get("time_limit_s", context.time_limit);
  reader.require("facts", facts);
  reader.get("host_added_gates", context.host_added_gates);
  reader.get("artifacts", context.artifacts);
  reader.get("phase", context.phase);
  reader.get("transitions", context.transitions);
  reader.get("state_file", context.state_file);
  reader.get("finish_file", context.finish_file);
  GRADUAND_TRY(reader.finish());
  if (schema != kSchemaVersion) {
    return fail(ErrorKind::kUsage,
                "attempt context: schema version is " + std::to_string(schema) + ", and this suite was built for " +
                    std::to_string(kSchemaVersion),
                {}, "build the suite and graduand from the same version");
  }
  GRADUAND_TRY_ASSIGN(context.facts, catalogue::CellFacts::from_json(facts));
  return context;
}

json::object to_json(const Message& message) {
  json::value value = std::visit([](const auto& one) { return object_of(one); }, message);
  make_valid_utf8(value);
  return std::move(value.get_object());
}

Result<Message> message_from_line(std::string_view line) {
  GRADUAND_TRY_ASSIGN(const json::value value, parse_json(line, "record line", {kMaxLine, 64}));
  std::string type;
  JsonReader reader(value, "message");
  reader.require("type", type);
  GRADUAND_TRY(reader.finish());
  if (type == "measure") return read_as<Measure>(value);
  if (type == "failure") return read_as<Failure>(value);
  if (type == "terminal") return read_terminal(value);
  if (type == "progress") {
    Progress progress;
    JsonReader fields(value, "progress");
    fields.require("message", progress.message);
    GRADUAND_TRY(fields.finish());
    return progress;
  }
  if (type == "transition") {
    GRADUAND_TRY_ASSIGN(Record record, record_from_json(value));
    return std::get<Transition>(std::move(record));
  }
  return fail(ErrorKind::kUsage, "'" + shorten(type, 80) +
                                     "' is not a type of message; expected measure, failure, transition, progress or "
                                     "terminal");
}

}  // namespace graduand::results
