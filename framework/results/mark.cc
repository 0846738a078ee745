// SPDX-License-Identifier: Apache-2.0
#include "framework/results/mark.h"

#include "framework/base/text.h"
#include "framework/catalogue/json_codec.h"

namespace graduand::results {

const char* to_string(Mark::Kind kind) {
  return kind == Mark::Kind::kFixed ? "fixed" : "infrastructure";
}

Status check(const Mark& mark) {
  const auto lacks = [&](const char* what) {
    return fail(ErrorKind::kUsage, std::string("a mark '") + to_string(mark.kind) + "' needs " + what);
  };
  if (trim(mark.reason).empty()) return lacks("a reason");
  if (trim(mark.author).empty()) return lacks("an author");
  if (mark.kind == Mark::Kind::kInfrastructure) {
    if (mark.target.empty()) return lacks("the id of an attempt or transition");
    return {};
  }
  if (mark.feature.empty()) return lacks("a feature");
  if (mark.case_id.empty()) return lacks("a case");
  if (mark.since.has_value() == !mark.since_revision.empty()) return lacks("the time or the revision of the fix");
  return {};
}

json::object to_json(const Mark& mark) {
  json::object object = {{"type", "mark"},
                         {"kind", to_string(mark.kind)},
                         {"id", mark.id},
                         {"rule", mark.rule},
                         {"reason", mark.reason},
                         {"author", mark.author},
                         {"made", catalogue::encode(mark.made)}};
  if (!mark.feature.empty()) object["feature"] = mark.feature;
  if (!mark.case_id.empty()) object["case"] = mark.case_id;
  if (mark.since) object["since"] = catalogue::encode(*mark.since);
  if (!mark.since_revision.empty()) object["since_revision"] = mark.since_revision;
  if (!mark.target.empty()) object["target"] = mark.target;
  return object;
}

Result<Mark> mark_from_json(const json::value& value) {
  Mark mark;
  std::string kind;
  catalogue::JsonReader reader(value, "mark");
  reader.require("kind", kind);
  reader.require("id", mark.id);
  reader.get("feature", mark.feature);
  reader.get("case", mark.case_id);
  reader.get("since", mark.since);
  reader.get("since_revision", mark.since_revision);
  reader.get("target", mark.target);
  reader.get("rule", mark.rule);
  reader.require("reason", mark.reason);
  reader.require("author", mark.author);
  reader.require("made", mark.made);
  GRADUAND_TRY(reader.finish());
  if (kind != "fixed" && kind != "infrastructure")
    return fail(ErrorKind::kUsage, "'" + shorten(kind, 80) + "' is no kind of mark; expected fixed or infrastructure");
  mark.kind = kind == "fixed" ? Mark::Kind::kFixed : Mark::Kind::kInfrastructure;
  return mark;
}

}  // namespace graduand::results
