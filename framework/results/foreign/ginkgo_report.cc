// SPDX-License-Identifier: Apache-2.0
#include "framework/results/foreign/ginkgo_report.h"

#include <algorithm>

#include "framework/base/text.h"

namespace graduand::results {
namespace {

constexpr std::size_t kLongestText = 1u << 20;
constexpr std::string_view kFailedTry = "Failure recorded during attempt ";

std::string text_at(const json::value& value, std::string_view dotted) {
  std::string text = string_at(value, dotted);
  if (text.size() > kLongestText) text = shorten(text, kLongestText);
  return text;
}

void append_text(std::string& name, const std::string& text) {
  if (text.empty()) return;
  if (!name.empty()) name += ' ';
  name += text;
}

void append_labels(std::vector<std::string>& labels, const json::value& list) {
  for (std::string& label : strings_of(list))
    if (std::find(labels.begin(), labels.end(), label) == labels.end()) labels.push_back(std::move(label));
}

Timestamp time_at(const json::value& value, std::string_view name) {
  const auto time = parse_rfc3339(string_at(value, name));
  return time ? *time : Timestamp{};
}

Failure failure_from(const json::value& value) {
  Failure failure;
  failure.message = text_at(value, "Message");
  if (const std::string panic = text_at(value, "ForwardedPanic"); !panic.empty()) failure.message += ": " + panic;
  failure.file = text_at(value, "Location.FileName");
  failure.line = static_cast<int>(int_at(value, "Location.LineNumber"));
  failure.fatal = true;
  return failure;
}

}  // namespace

Result<GinkgoNode> ginkgo_node_from_json(const json::value& value) {
  GinkgoNode node;
  node.type = text_at(value, "LeafNodeType");
  if (node.type.empty()) return fail(ErrorKind::kUsage, "not a spec report of Ginkgo v2: it has no LeafNodeType");
  const json::array& containers = array_at(value, "ContainerHierarchyTexts");
  for (const json::value& text : containers)
    if (text.is_string()) append_text(node.name, std::string(text.get_string()));
  append_text(node.name, text_at(value, "LeafNodeText"));
  for (const json::value& labels : array_at(value, "ContainerHierarchyLabels")) append_labels(node.labels, labels);
  if (const json::value* labels = value_at(value, "LeafNodeLabels")) append_labels(node.labels, *labels);
  node.file = text_at(value, "LeafNodeLocation.FileName");
  node.line = static_cast<int>(int_at(value, "LeafNodeLocation.LineNumber"));
  node.serial = bool_at(value, "IsSerial");
  node.ordered = bool_at(value, "IsInOrderedContainer");
  if (const json::array& places = array_at(value, "ContainerHierarchyLocations");
      !places.empty() && !containers.empty())
    node.outermost = json::serialize(
        json::array{containers.front(), string_at(places.front(), "FileName"), int_at(places.front(), "LineNumber")});
  node.state = text_at(value, "State");
  node.started = time_at(value, "StartTime");
  node.took = std::chrono::round<milliseconds>(std::chrono::nanoseconds(int_at(value, "RunTime")));
  node.tries = static_cast<int>(int_at(value, "NumAttempts"));
  node.process = static_cast<int>(int_at(value, "ParallelProcess"));
  if (const json::value* first = value_at(value, "Failure")) {
    Failure failure = failure_from(*first);
    node.message = std::move(failure.message);
    node.failure_file = std::move(failure.file);
    node.failure_line = failure.line;
  }
  for (const json::value& one : array_at(value, "AdditionalFailures")) {
    const json::value* inner = value_at(one, "Failure");
    if (inner == nullptr) continue;
    Failure failure = failure_from(*inner);
    auto& list = starts_with(failure.message, kFailedTry) ? node.failed_tries : node.more;
    list.push_back(std::move(failure));
  }
  node.output = text_at(value, "CapturedStdOutErr") + text_at(value, "CapturedGinkgoWriterOutput");
  return node;
}

Result<GinkgoReport> ginkgo_report_from_json(const json::value& document, std::string_view source) {
  const auto wrong = [&](const std::string& message) {
    return fail(ErrorKind::kUsage, "not a JSON report of Ginkgo v2: " + message, std::string(source));
  };
  if (!document.is_array() || document.get_array().size() != 1) return wrong("expected a list of one suite's report");
  const json::value& suite = document.get_array().front();
  if (value_at(suite, "SuitePath") == nullptr || value_at(suite, "SuiteSucceeded") == nullptr)
    return wrong("its suite has no SuitePath and SuiteSucceeded");
  GinkgoReport report;
  report.description = text_at(suite, "SuiteDescription");
  report.succeeded = bool_at(suite, "SuiteSucceeded");
  report.focused = bool_at(suite, "SuiteHasProgrammaticFocus");
  report.started = time_at(suite, "StartTime");
  if (const json::value* reasons = value_at(suite, "SpecialSuiteFailureReasons"))
    report.special_reasons = strings_of(*reasons);
  for (const json::value& one : array_at(suite, "SpecReports")) {
    GRADUAND_TRY_ASSIGN(GinkgoNode node, ginkgo_node_from_json(one));
    report.nodes.push_back(std::move(node));
  }
  return report;
}

Result<GinkgoReport> parse_ginkgo_report(std::string_view text, std::string_view source) {
  GRADUAND_TRY_ASSIGN(const json::value document, parse_json(text, source, kGinkgoReportLimits));
  return ginkgo_report_from_json(document, source);
}

void drop_unselected_specs(json::value& document) {
  if (!document.is_array()) return;
  for (json::value& suite : document.get_array()) {
    json::value* specs = suite.is_object() ? suite.get_object().if_contains("SpecReports") : nullptr;
    if (specs == nullptr || !specs->is_array()) continue;
    json::array kept;
    for (json::value& one : specs->get_array()) {
      const auto node = ginkgo_node_from_json(one);
      if (node && node->is_spec() && !node->selected() && node->state != "pending") continue;
      kept.push_back(std::move(one));
    }
    *specs = std::move(kept);
  }
}

}  // namespace graduand::results
