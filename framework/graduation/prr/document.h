// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "framework/graduation/behaviour.h"
#include "framework/graduation/judge.h"

// Answers to those questions of a KEP's production readiness review questionnaire which runs can answer.
namespace graduand::graduation::prr {

struct Input {
  JudgeInput judge;                            // as a verdict on the same stage gets it
  const Policy* policy = &builtin_policy();    // never null; must outlive the call
  std::map<std::string, std::string> folders;  // run id → its directory, as a reader of the document reaches it
  std::optional<Timestamp> since;              // only such runs are listed; answers look at the policy's window
};

// k of n; infra-errors are in neither.
struct Tally {
  long passed = 0;
  long ran = 0;
  long infra = 0;
  void add(results::Outcome outcome);
  Tally& operator+=(const Tally& other);
  bool failed() const { return passed < ran; }
  friend bool operator==(const Tally&, const Tally&) = default;
};

// Where somebody can look for himself.
struct Place {
  std::string attempt_id;
  std::string folder;  // of the attempt, or of the run; empty unless its run directory was read
};

// How long transitions took that passed.
struct Span {
  std::optional<milliseconds> least;
  milliseconds most{0};
  void add(milliseconds took);
};

// One phase of a cell, over all cluster instances of it.
struct PhaseRow {
  std::string phase;
  std::string gates;       // as measured: "on", "off", "off at kube-apiserver, on elsewhere", "unverified"
  std::string kubernetes;  // the API server's version, as measured; "unverified"
  std::string kubelets;    // "v1.33.13", or the oldest and the newest; "unverified"
  std::string reached_by;  // "set-gates X=false at every component"; empty for the first phase
  Tally transitions;       // that led to it
  Span took;
  Tally attempts;  // that began and ended in it
  Place newest;
};

// The way of one cell through its phases.
struct Path {
  std::string cell;        // display name
  std::string kubernetes;  // at the start
  long instances = 0;      // cluster instances
  std::vector<PhaseRow> rows;
};

// One case that ran while something changed below it.
struct CaseRow {
  std::string case_id;
  std::string how;  // "sets the gate itself (kube-apiserver)", "ran in the phases initial, off, on-again"
  Tally flips;      // transitions that the case itself made
  Tally attempts;
  Place newest;
};

struct TransitionRow {
  std::string what;  // "set-gates, by the profile", "upgrade", "cluster creation"
  Tally transitions;
  Span took;
};

// Versions, or gates, that differ between API server and kubelets.
struct SkewRow {
  std::string kubernetes;
  std::string kubelets;
  std::string skew;  // "n-1", "gates"
  std::string gates;
  Tally attempts;
  Place newest;
};

// What did not pass, newest first.
struct Trouble {
  std::string what;     // "set-gates X=false at every component, in cell ..., after 12s"
  std::string outcome;  // "failed", "infra-error", ...
  std::string words;    // the component's last words, or the attempt's failure
  Place place;
  std::string run_id;
};

struct Answer {
  std::string id;        // "enable-disable": for --json
  std::string section;   // of the questionnaire
  std::string question;  // its heading
  Verdict verdict = Verdict::kNoEvidence;
  Timestamp window_start{};                                 // evidence counts from here to the document's as_of
  std::optional<Timestamp> newest;                          // start of the newest record that it rests on
  std::vector<std::string> statements;                      // a paragraph each, plain text
  std::vector<std::pair<std::string, std::string>> fields;  // the form's own lines: name, value
  std::vector<Path> paths;
  bool versions_in_paths = false;  // they are about versions rather than gates
  std::vector<TransitionRow> transitions;
  std::vector<CaseRow> cases;
  std::vector<SkewRow> skews;
  std::vector<CaseComparison> comparisons;  // of cases of other features; those that differ first
  double level = 0;                         // of each comparison
  std::vector<Trouble> troubles;
  std::vector<std::string> runs;      // ids that it rests on, newest first
  std::string missing;                // what evidence there is none of; empty when there is all
  std::vector<std::string> commands;  // that would make some, each ready to be pasted into a shell
  std::string profile;                // what FILE in the last one must be: "whose transitions set ... off and on again"
};

struct RunRow {
  std::string id;
  Timestamp started{};
  std::string trigger;
  std::string harness;
  std::vector<std::string> kubernetes;  // versions of its cluster instances at their start
  std::string command;
};

struct ImageRow {
  std::string image;
  std::string digest;
  std::string kubelet;
  std::string provenance;
};

struct Document {
  std::string feature;
  std::vector<int> keps;
  Stage stage = Stage::kStable;
  std::optional<Timestamp> since;
  Timestamp as_of{};
  Timestamp window_start{};
  std::string source;
  std::string policy;
  std::string policy_digest;
  bool policy_shipped = false;
  std::vector<Answer> answers;
  std::vector<RunRow> runs;  // that answers rest on and that started at or after `since`, newest first
  std::vector<ImageRow> images;
  std::vector<std::pair<std::string, std::string>> left_out;  // run id, why
};

// Pure: the same input gives the same document.
//
// What counts: see RunFilter; the window, and what an answer asks for, are the policy's for the stage. Gates, versions
// and kubelets are those that were measured in the phase of an attempt (see timeline.h): in a phase where something
// that the feature needs was not read back, passes support no answer, and failures are shown and count against none.
// Infra-errors are counted and shown, and in no denominator.
Document document_of(const Input& input);

}  // namespace graduand::graduation::prr
