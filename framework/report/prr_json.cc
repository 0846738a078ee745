// SPDX-License-Identifier: Apache-2.0
#include "framework/report/prr.h"
#include "framework/stats/binomial.h"

namespace graduand::report::prr {
namespace {

using namespace graduation::prr;  // NOLINT: what is rendered is all of it

json::value tally_json(const Tally& tally) {
  json::object object = {{"passed", tally.passed}, {"ran", tally.ran}, {"infra_error", tally.infra}};
  object["low"] = nullptr;
  object["high"] = nullptr;
  if (tally.ran > 0) {
    const stats::Interval interval = stats::clopper_pearson(tally.passed, tally.ran);
    object["low"] = interval.low;
    object["high"] = interval.high;
  }
  return object;
}

json::value place_json(const Place& place) {
  if (place.attempt_id.empty() && place.folder.empty()) return nullptr;
  json::object object;
  if (!place.attempt_id.empty()) object["attempt"] = place.attempt_id;
  if (!place.folder.empty()) object["folder"] = place.folder;
  return object;
}

double seconds_of(milliseconds took) {
  return static_cast<double>(took.count()) / 1000;
}

json::value span_json(const Span& span) {
  if (!span.least) return nullptr;
  return json::object{{"least_s", seconds_of(*span.least)}, {"most_s", seconds_of(span.most)}};
}

template <class T, class Function>
json::array array_of(const std::vector<T>& all, Function function) {
  json::array array;
  for (const T& one : all) array.push_back(function(one));
  return array;
}

json::value path_json(const Path& path) {
  return json::object{{"cell", path.cell},
                      {"kubernetes", path.kubernetes},
                      {"instances", path.instances},
                      {"phases", array_of(path.rows, [](const PhaseRow& row) {
                         return json::object{{"phase", row.phase},
                                             {"gates", row.gates},
                                             {"kubernetes", row.kubernetes},
                                             {"kubelets", row.kubelets},
                                             {"reached_by", row.reached_by},
                                             {"transitions", tally_json(row.transitions)},
                                             {"took", span_json(row.took)},
                                             {"attempts", tally_json(row.attempts)},
                                             {"newest", place_json(row.newest)}};
                       })}};
}

json::value time_json(const std::optional<Timestamp>& time) {
  return time ? json::value(format_rfc3339(*time)) : json::value(nullptr);
}

json::value answer_json(const Answer& answer) {
  json::object object = {{"id", answer.id},
                         {"section", answer.section},
                         {"question", answer.question},
                         {"verdict", to_string(answer.verdict)},
                         {"statements", graduand::to_json(answer.statements)},
                         {"missing", answer.missing},
                         {"commands", graduand::to_json(answer.commands)},
                         {"profile", answer.profile}};
  object["window_start"] = format_rfc3339(answer.window_start);
  object["newest"] = time_json(answer.newest);
  object["fields"] = array_of(
      answer.fields, [](const auto& field) { return json::object{{"name", field.first}, {"value", field.second}}; });
  object["paths"] = array_of(answer.paths, path_json);
  object["transitions"] = array_of(answer.transitions, [](const TransitionRow& row) {
    return json::object{
        {"what", row.what}, {"transitions", tally_json(row.transitions)}, {"took", span_json(row.took)}};
  });
  object["cases"] = array_of(answer.cases, [](const CaseRow& row) {
    return json::object{{"case", row.case_id},
                        {"ran", row.how},
                        {"transitions", tally_json(row.flips)},
                        {"attempts", tally_json(row.attempts)},
                        {"newest", place_json(row.newest)}};
  });
  object["skews"] = array_of(answer.skews, [](const SkewRow& row) {
    return json::object{{"kubernetes", row.kubernetes},
                        {"kubelets", row.kubelets},
                        {"skew", row.skew},
                        {"gates", row.gates},
                        {"attempts", tally_json(row.attempts)},
                        {"newest", place_json(row.newest)}};
  });
  object["level"] = answer.comparisons.empty() ? json::value(nullptr) : json::value(answer.level);
  object["comparisons"] = array_of(answer.comparisons, [](const graduation::CaseComparison& one) {
    return json::object{{"case", one.case_id},
                        {"minor", one.minor},
                        {"failed_on", one.failed_on},
                        {"ran_on", one.ran_on},
                        {"failed_off", one.failed_off},
                        {"ran_off", one.ran_off},
                        {"p", one.p},
                        {"differs", one.differs},
                        {"failed_on_attempts", graduand::to_json(one.attempt_ids)}};
  });
  object["troubles"] = array_of(answer.troubles, [](const Trouble& trouble) {
    return json::object{{"what", trouble.what},
                        {"outcome", trouble.outcome},
                        {"words", trouble.words},
                        {"run", trouble.run_id},
                        {"place", place_json(trouble.place)}};
  });
  object["runs"] = graduand::to_json(answer.runs);
  return object;
}

}  // namespace

json::value to_json(const Document& document) {
  json::object object = {{"type", "prr"}, {"schema_version", 2}, {"feature", document.feature}};
  object["keps"] = array_of(document.keps, [](int kep) { return kep; });
  object["since"] = time_json(document.since);
  object["as_of"] = format_rfc3339(document.as_of);
  object["window_start"] = format_rfc3339(document.window_start);
  object["stage"] = to_string(document.stage);
  object["policy"] = document.policy;
  object["policy_digest"] = document.policy_digest;
  object["policy_shipped"] = document.policy_shipped;
  object["evidence_source"] = document.source;
  object["confidence"] = 0.95;
  object["interval"] = "Clopper-Pearson";
  object["answers"] = array_of(document.answers, answer_json);
  object["runs"] = array_of(document.runs, [](const RunRow& run) {
    return json::object{{"run", run.id},          {"started", format_rfc3339(run.started)},
                        {"trigger", run.trigger}, {"kubernetes", graduand::to_json(run.kubernetes)},
                        {"harness", run.harness}, {"command", run.command}};
  });
  object["node_images"] = array_of(document.images, [](const ImageRow& image) {
    return json::object{
        {"image", image.image}, {"digest", image.digest}, {"kubelet", image.kubelet}, {"provenance", image.provenance}};
  });
  json::array left_out;
  for (const auto& [id, why] : document.left_out) left_out.push_back(json::object{{"run", id}, {"reason", why}});
  object["runs_left_out"] = std::move(left_out);
  return object;
}

}  // namespace graduand::report::prr
