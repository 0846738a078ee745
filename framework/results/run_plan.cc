// SPDX-License-Identifier: Apache-2.0
#include "framework/results/run_plan.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "framework/catalogue/json_codec.h"

namespace graduand::results {

static json::value encode(const PlannedCase& planned) {
  return json::object{{"suite", planned.suite},
                      {"case", planned.case_id},
                      {"features", catalogue::encode(planned.features)},
                      {"phase", planned.phase},
                      {"attempts", planned.attempts}};
}

static Status decode(const json::value& value, PlannedCase& out) {
  catalogue::JsonReader reader(value, "planned case");
  reader.require("suite", out.suite);
  reader.require("case", out.case_id);
  reader.get("features", out.features);
  reader.get("phase", out.phase);
  reader.get("attempts", out.attempts);
  return reader.finish();
}

json::object RunPlan::to_json() const {
  json::array list;
  for (const CellPlan& plan : cells)
    list.push_back(json::object{{"cell", plan.cell.to_json()}, {"cases", catalogue::encode(plan.cases)}});
  return {{"run_id", run_id}, {"cells", std::move(list)}};
}

Result<RunPlan> RunPlan::from_json(const json::value& value) {
  RunPlan plan;
  std::vector<json::value> list;
  catalogue::JsonReader reader(value, "plan");
  reader.require("run_id", plan.run_id);
  reader.require("cells", list);
  GRADUAND_TRY(reader.finish());
  for (const json::value& one : list) {
    json::value cell;
    CellPlan planned;
    catalogue::JsonReader cell_reader(one, "planned cell");
    cell_reader.require("cell", cell);
    cell_reader.get("cases", planned.cases);
    GRADUAND_TRY(cell_reader.finish());
    GRADUAND_TRY_ASSIGN(planned.cell, catalogue::CellDescription::from_json(cell));
    plan.cells.push_back(std::move(planned));
  }
  return plan;
}

Result<RunPlan> RunPlan::from_plan_file(const json::value& value) {
  RunPlan plan;
  int version = 0;
  std::vector<json::value> list;
  catalogue::JsonReader reader(value, "plan");
  reader.require("plan_version", version);
  reader.require("run_id", plan.run_id);
  reader.require("cells", list);
  GRADUAND_TRY(reader.finish());
  if (version < 1 || version > kPlanVersion)
    return fail(ErrorKind::kUsage, "the plan's version is " + std::to_string(version) + "; this program reads 1 to " +
                                       std::to_string(kPlanVersion));
  for (const json::value& one : list) {
    json::value cell;
    std::vector<json::value> attempts;
    CellPlan planned;
    catalogue::JsonReader cell_reader(one, "planned cell");
    cell_reader.require("cell", cell);
    cell_reader.get("attempts", attempts);
    GRADUAND_TRY(cell_reader.finish());
    GRADUAND_TRY_ASSIGN(planned.cell, catalogue::CellDescription::from_json(cell));
    std::map<std::pair<std::string, std::string>, std::size_t> place;  // case, phase
    for (const json::value& attempt : attempts) {
      PlannedCase read;
      catalogue::JsonReader attempt_reader(attempt, "planned attempt");
      attempt_reader.require("suite", read.suite);
      attempt_reader.require("case", read.case_id);
      attempt_reader.get("features", read.features);
      attempt_reader.get("phase", read.phase);
      GRADUAND_TRY(attempt_reader.finish());
      const auto [known, added] = place.try_emplace({read.case_id, read.phase}, planned.cases.size());
      if (added)
        planned.cases.push_back(std::move(read));
      else
        ++planned.cases[known->second].attempts;
    }
    plan.cells.push_back(std::move(planned));
  }
  return plan;
}

}  // namespace graduand::results
