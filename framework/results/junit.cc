// SPDX-License-Identifier: Apache-2.0
#include "framework/results/junit.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <pugixml.hpp>
#include <sstream>
#include <utility>

#include "framework/base/text.h"
#include "framework/catalogue/phase.h"
#include "framework/results/utf8.h"

namespace graduand::results {
namespace {

using pugi::xml_node;

constexpr std::size_t kMaxAttribute = 4096;  // a message is a headline; the whole text is in the element

void set(xml_node node, const char* name, const std::string& value) {
  node.append_attribute(name).set_value(shorten(xml_text(value), kMaxAttribute).c_str());
}

void set_text(xml_node node, const std::string& text) {
  node.append_child(pugi::node_pcdata).set_value(xml_text(text).c_str());
}

std::string seconds_text(milliseconds duration) {
  return fmt::format("{:.3f}", static_cast<double>(duration.count()) / 1000.0);
}

struct Counts {
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;
  milliseconds took{0};

  void add(Outcome outcome, milliseconds duration) {
    ++tests;
    took += duration;
    if (outcome == Outcome::kFailed) ++failures;
    if (outcome == Outcome::kTimedOut || outcome == Outcome::kCrashed || outcome == Outcome::kInfraError) ++errors;
    if (outcome == Outcome::kSkipped || outcome == Outcome::kNotRun) ++skipped;
  }
  void add(const Counts& other) {
    tests += other.tests;
    failures += other.failures;
    errors += other.errors;
    skipped += other.skipped;
    took += other.took;
  }
  void write(xml_node node) const {
    set(node, "tests", std::to_string(tests));
    set(node, "failures", std::to_string(failures));
    set(node, "errors", std::to_string(errors));
    set(node, "skipped", std::to_string(skipped));
    set(node, "time", seconds_text(took));
  }
};

void add_property(xml_node properties, const std::string& name, const std::string& value) {
  if (value.empty()) return;
  xml_node property = properties.append_child("property");
  set(property, "name", name);
  set(property, "value", value);
}

std::string failures_text(const std::vector<Failure>& failures) {
  std::string text;
  for (const Failure& failure : failures) {
    if (!failure.file.empty()) text += fmt::format("{}:{}: ", failure.file, failure.line);
    text += failure.message + "\n";
  }
  return text;
}

// <failure>, <error> or <skipped>; nothing for passed.
void add_outcome(xml_node testcase, Outcome outcome, const std::string& reason, const std::vector<Failure>& failures) {
  if (outcome == Outcome::kPassed) return;
  const bool skipped = outcome == Outcome::kSkipped || outcome == Outcome::kNotRun;
  const char* element = skipped ? "skipped" : outcome == Outcome::kFailed ? "failure" : "error";
  xml_node node = testcase.append_child(element);
  std::string message = reason;
  if (message.empty() && !failures.empty()) message = failures.front().message;
  if (outcome == Outcome::kNotRun) message = message.empty() ? "not run" : "not run: " + message;
  set(node, "message", message);
  if (skipped) return;
  set(node, "type", to_string(outcome));
  set_text(node, failures.empty() ? message : failures_text(failures));
}

std::string case_title(const Attempt& attempt, bool repeated) {
  std::string name = attempt.case_id.empty() ? attempt.case_name : attempt.case_id;
  if (attempt.first_phase != catalogue::kInitialPhase) name += "@" + attempt.first_phase;
  return repeated ? fmt::format("{} [{}]", name, attempt.number) : std::move(name);
}

// The form in which CI systems find a file that belongs to a test.
std::string attachments(const Attempt& attempt) {
  std::string text;
  for (const std::string& path : {attempt.stdout_path, attempt.stderr_path})
    if (!path.empty()) text += "[[ATTACHMENT|" + path + "]]\n";
  return text;
}

void add_attempt(xml_node suite, const Attempt& attempt, bool repeated) {
  xml_node testcase = suite.append_child("testcase");
  set(testcase, "name", case_title(attempt, repeated));
  // Readers tell cases apart by class and name only, so the cell has to be in one of them.
  set(testcase, "classname", attempt.cell + "/" + attempt.suite);
  set(testcase, "time", seconds_text(attempt.took));
  xml_node properties = testcase.append_child("properties");
  add_property(properties, "attempt", attempt.id);
  add_property(properties, "outcome", to_string(attempt.outcome));
  add_property(properties, "cell", attempt.cell);
  add_property(properties, "fingerprint", attempt.fingerprint);
  add_property(properties, "seed", std::to_string(attempt.seed));
  for (const Measure& measure : attempt.measures) {
    add_property(properties, "measure." + measure.name, fmt::format("{} {}", measure.value, measure.unit));
  }
  add_outcome(testcase, attempt.outcome, attempt.reason, attempt.failures);
  if (const std::string text = attachments(attempt); !text.empty()) set_text(testcase.append_child("system-out"), text);
}

Counts add_suite(xml_node root, const std::vector<const Attempt*>& attempts) {
  const Attempt& first = *attempts.front();
  xml_node suite = root.append_child("testsuite");
  set(suite, "name", first.cell + "/" + first.suite);
  Counts counts;
  std::map<std::pair<std::string, std::string>, int> times;
  Timestamp started = first.started;
  for (const Attempt* attempt : attempts) {
    counts.add(attempt->outcome, attempt->took);
    ++times[{attempt->case_id, attempt->first_phase}];
    started = std::min(started, attempt->started);
  }
  counts.write(suite);
  set(suite, "timestamp", format_rfc3339(started));
  xml_node properties = suite.append_child("properties");
  add_property(properties, "cell", first.cell);
  add_property(properties, "fingerprint", first.fingerprint);
  add_property(properties, "kubernetes", first.kubernetes_version);
  add_property(properties, "suite_revision", first.suite_revision);
  for (const Attempt* attempt : attempts)
    add_attempt(suite, *attempt, times[{attempt->case_id, attempt->first_phase}] > 1);
  return counts;
}

// A cluster that did not come up has no attempts to show it; without this the file would look green.
Counts add_broken_instance(xml_node root, const ClusterInstance& instance) {
  const std::string cell = instance.cell.display_name();
  xml_node suite = root.append_child("testsuite");
  set(suite, "name", cell);
  Counts counts;
  counts.add(instance.outcome, instance.ready_after);
  counts.write(suite);
  set(suite, "timestamp", format_rfc3339(instance.created));
  xml_node testcase = suite.append_child("testcase");
  set(testcase, "name", "the cluster is ready and has the gates that were asked for");
  set(testcase, "classname", cell);
  set(testcase, "time", seconds_text(instance.ready_after));
  add_outcome(testcase, instance.outcome, instance.message, {});
  return counts;
}

}  // namespace

std::string junit_xml(const RunContents& run) {
  pugi::xml_document document;
  xml_node declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "UTF-8";
  xml_node root = document.append_child("testsuites");
  set(root, "name", run.run.job.empty() ? "graduand" : run.run.job);

  Counts total;
  for (const ClusterInstance& instance : run.instances)
    if (instance.outcome != Outcome::kPassed) total.add(add_broken_instance(root, instance));
  std::map<std::pair<std::string, std::string>, std::vector<const Attempt*>> suites;
  for (const Attempt& attempt : run.attempts) suites[{attempt.cell, attempt.suite}].push_back(&attempt);
  for (auto& [name, attempts] : suites) {
    std::stable_sort(attempts.begin(), attempts.end(), [](const Attempt* a, const Attempt* b) {
      return std::tie(a->case_id, a->number) < std::tie(b->case_id, b->number);
    });
    total.add(add_suite(root, attempts));
  }
  total.write(root);
  std::ostringstream out;
  document.save(out, "  ", pugi::format_default, pugi::encoding_utf8);
  return out.str();
}

}  // namespace graduand::results
