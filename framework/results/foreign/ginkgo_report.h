// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "framework/results/records.h"

namespace graduand::results {

// One entry of a Ginkgo v2 JSON report: a spec (type "It") or a node of the whole suite ("BeforeSuite", …).
struct GinkgoNode {
  std::string type;
  std::string name;                 // texts of the containers and its own, joined by spaces
  std::vector<std::string> labels;  // of the containers and its own, each once
  std::string file;
  int line = 0;
  bool serial = false;    // it, or a container of it, has the decorator Serial, whatever its labels say
  bool ordered = false;   // a container of it has the decorator Ordered
  std::string outermost;  // of its containers: text and place; empty when it is in none
  std::string state;      // Ginkgo's word: passed, failed, skipped, pending, panicked, timedout, interrupted, aborted
  Timestamp started{};
  milliseconds took{0};
  int tries = 0;        // how often it was executed; 0: left out, or pending
  std::string message;  // of a failure, or of a skip that the spec asked for
  std::string failure_file;
  int failure_line = 0;
  std::vector<Failure> more;          // failures after the first, as in clean-up
  std::vector<Failure> failed_tries;  // failures of tries that Ginkgo repeated (FlakeAttempts), in order
  std::string output;                 // what it wrote, at most 1 MiB
  int process = 0;                    // Ginkgo's parallel process, from 1

  bool is_spec() const { return type == "It"; }
  // Whether it was meant to run: neither left out by a focus or filter, nor pending.
  bool selected() const { return tries > 0 || (state != "skipped" && state != "pending") || !message.empty(); }
};

struct GinkgoReport {
  std::string description;  // the suite's; Ginkgo's focus sees it before a spec's name
  bool succeeded = false;
  bool focused = false;                      // a focus is in the code (FIt, FDescribe, Focus)
  std::vector<std::string> special_reasons;  // why the suite failed beside its nodes
  Timestamp started{};
  std::vector<GinkgoNode> nodes;
};

// The document that --ginkgo.json-report writes: one suite's report (kUsage for anything else: empty, several suites).
// Unknown members are passed over. Foreign input: each kept text is at most 1 MiB.
Result<GinkgoReport> ginkgo_report_from_json(const json::value& document, std::string_view source);
// The same from the file's text, at most 256 MiB; kUsage, too, when it is cut off.
Result<GinkgoReport> parse_ginkgo_report(std::string_view text, std::string_view source);
// Takes the specs that were left out of the document (pending ones stay): of 10 MB of upstream's they are all but a
// few.
void drop_unselected_specs(json::value& document);

// One spec report, as Ginkgo's parallel processes send it. kUsage when it is no object or names no node type.
Result<GinkgoNode> ginkgo_node_from_json(const json::value& value);
// What a reader of such reports may ask of the JSON parser.
inline constexpr JsonLimits kGinkgoReportLimits{.max_bytes = 256u << 20, .max_depth = 128};

// Measures of an attempt that had a process of its own, in seconds: from its start to the suite's, and in BeforeSuite.
inline constexpr const char* kProcessStart = "process_start";
inline constexpr const char* kBeforeSuite = "before_suite";

}  // namespace graduand::results
