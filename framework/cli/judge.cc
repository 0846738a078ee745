// SPDX-License-Identifier: Apache-2.0
#include "framework/graduation/judge.h"

#include "framework/cli/cli.h"
#include "framework/cli/judge.h"
#include "framework/cli/known_profiles.h"
#include "framework/report/report.h"

namespace graduand::cli {

namespace {

struct Options {
  EvidenceOptions evidence;
  std::string feature;
  std::string stage;
  std::string release;
  std::string as_of;
  PolicyOptions policy;
  std::string format = "terminal";
  bool all = false;
};

Result<graduation::Judgement> judgement_of(const Session& session, const Options& options) {
  GRADUAND_TRY_ASSIGN(auto stage, graduation::parse_stage(options.stage));
  Timestamp as_of = system_clock().now();
  if (!options.as_of.empty()) {
    GRADUAND_TRY_ASSIGN(as_of, parse_time_argument(options.as_of));
  }
  GRADUAND_TRY_ASSIGN(const auto policy, load_policy(options.policy));
  GRADUAND_TRY_ASSIGN(auto suites, load_all_suites(session));
  GRADUAND_TRY_ASSIGN(auto view, view_of_feature(session, suites, options.feature));
  GRADUAND_TRY_ASSIGN(auto evidence, load_evidence(options.evidence, history::Query{}));
  return judge_feature(JudgeRequest{.view = std::move(view),
                                    .stage = stage,
                                    .release = options.release,
                                    .as_of = as_of,
                                    .selection = std::move(evidence.selection),
                                    .source = std::move(evidence.source),
                                    .profiles = known_profiles(session)},
                       policy);
}

int judge(const Session& session, const Options& options) {
  auto judgement = judgement_of(session, options);
  if (!judgement) return report_error(judgement.error());
  if (options.format == "json")
    print(pretty_json(report::judgement_json(*judgement)));
  else if (options.format == "markdown")
    print(report::judgement_markdown(*judgement));
  else
    print(report::judgement_terminal(*judgement, report::terminal_style_for_stdout(options.all)));
  return judgement->exit_code();
}

}  // namespace

void add_policy_options(CLI::App& verb, PolicyOptions& options) {
  verb.add_option("--policy", options.policy, "Thresholds and waivers (default: Kubernetes' rules, built in)")
      ->type_name("FILE");
  verb.add_option("--waivers", options.waivers, "A file of waivers, beside the policy's own (may be repeated)")
      ->type_name("FILE");
}

Result<graduation::Policy> load_policy(const PolicyOptions& options) {
  graduation::Policy policy = graduation::builtin_policy();
  if (!options.policy.empty()) {
    GRADUAND_TRY_ASSIGN(policy, graduation::load_policy(options.policy));
  }
  for (const std::string& path : options.waivers) GRADUAND_TRY(graduation::add_waivers(path, policy));
  return policy;
}

Result<graduation::Judgement> judge_feature(JudgeRequest request, const graduation::Policy& policy) {
  GRADUAND_TRY_ASSIGN(const auto input, judge_input(std::move(request)));
  return graduation::judge(input, policy);
}

Result<graduation::JudgeInput> judge_input(JudgeRequest request) {
  graduation::JudgeInput input;
  input.feature = request.view.info.name;
  input.stage = request.stage;
  if (!request.release.empty()) {
    GRADUAND_TRY_ASSIGN(input.release, catalogue::KubeVersion::parse(request.release));
  } else if (const auto at = request.view.info.stages.find(graduation::to_string(request.stage));
             at != request.view.info.stages.end()) {
    input.release = at->second;
  } else {
    return fail(ErrorKind::kUsage,
                "no file says in which release " + input.feature + " becomes " + graduation::to_string(request.stage),
                {}, "name it with --release vX, or under 'stages' in features/" + input.feature + ".yaml");
  }
  input.as_of = request.as_of;
  input.info = std::move(request.view.info);
  input.cases = std::move(request.view.cases);
  input.renames = std::move(request.view.renames);
  input.evidence = std::move(request.selection);
  input.evidence_source = std::move(request.source);
  input.profiles = std::move(request.profiles);
  return input;
}

void add_judge(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  auto* verb = app.add_subcommand("judge", "Is the feature ready for the stage? A verdict per rule, with its reasons");
  verb->add_option("--feature", options->feature, "The feature, as its file or a suite names it")
      ->required()
      ->type_name("FEATURE");
  verb->add_option("--stage", options->stage, "beta, or stable (GA)")->required()->type_name("STAGE");
  verb->add_option("--release", options->release,
                   "The release it shall graduate in (default: as features/FEATURE.yaml says)")
      ->type_name("VERSION");
  verb->add_option("--as-of", options->as_of, "Judge as if it were this time (default: now)")->type_name("TIME");
  add_policy_options(*verb, options->policy);
  add_evidence_options(*verb, options->evidence);
  verb->add_option("--format", options->format, "How to print")
      ->check(CLI::IsMember({"terminal", "markdown", "json"}))
      ->capture_default_str();
  verb->add_flag_function("--json", [options](std::int64_t) { options->format = "json"; }, "Same as --format json");
  verb->add_flag("--all", options->all, "On a terminal also what does not apply or is one of many");
  verb->footer(
      "\nA run is left out by a waiver, with a reason, an author and an end: see the end of policies/kubernetes.yaml.\n"
      "\nExit codes: 0 pass (pass-with-waivers, too), 1 fail, 4 no-evidence.\n\nExamples:\n"
      "  graduand judge --feature PodLifecycleSleepAction --stage stable --as-of 2026-11-01\n"
      "  graduand judge --feature PodLifecycleSleepAction --stage stable --release v1.34 --waivers waivers.yaml");
  verb->callback([options, &session] { session.action = [options, &session] { return judge(session, *options); }; });
}

}  // namespace graduand::cli
