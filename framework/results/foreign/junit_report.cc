// SPDX-License-Identifier: Apache-2.0
#include "framework/results/foreign/junit_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <pugixml.hpp>

#include "framework/base/text.h"
#include "framework/results/utf8.h"

namespace graduand::results {
namespace {

constexpr std::size_t kMostCases = 100000;
constexpr std::size_t kDeepest = 64;
constexpr std::size_t kLongestText = 64u << 10;

std::string kept(std::string_view text) {
  return valid_utf8(shorten(text.substr(0, 2 * kLongestText), kLongestText));
}

milliseconds duration_of(std::string_view text) {
  double seconds = 0;
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (!(seconds >= 0 && seconds < 1e9)) return milliseconds(0);
  return milliseconds(std::llround(seconds * 1000));
}

std::string message_of(const pugi::xml_node& node) {
  const std::string_view headline = trim(node.attribute("message").value());
  std::string text;
  for (const pugi::xml_node& child : node.children())
    if ((child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) && text.size() < kLongestText)
      text += child.value();
  const std::string_view body = trim(text);
  // Many writers begin the text with the headline.
  if (headline.empty() || starts_with(body, headline)) return kept(body);
  return kept(body.empty() ? std::string(headline) : fmt::format("{}\n{}", headline, body));
}

JunitCase case_of(const pugi::xml_node& node) {
  JunitCase one;
  one.name = kept(node.attribute("name").value());
  one.classname = kept(node.attribute("classname").value());
  one.took = duration_of(node.attribute("time").value());
  using State = JunitCase::State;
  for (const auto& [element, state] :
       {std::pair("failure", State::kFailed), {"error", State::kError}, {"skipped", State::kSkipped}})
    if (const pugi::xml_node said = node.child(element); said) {
      one.state = state;
      one.message = message_of(said);
      return one;
    }
  return one;
}

Status read_suites(const pugi::xml_node& root, JunitReport& report) {
  std::vector<pugi::xml_node> path{root};
  pugi::xml_node next = root.first_child();
  while (!path.empty()) {
    if (!next) {
      next = path.back().next_sibling();
      if (path.back() == root) return {};
      path.pop_back();
      continue;
    }
    const std::string_view name = next.name();
    if (name == "testcase") {
      if (report.cases.size() == kMostCases)
        return fail(ErrorKind::kUsage, fmt::format("has more than {} test cases", kMostCases));
      report.cases.push_back(case_of(next));
    } else if (name == "testsuite") {
      if (path.size() == kDeepest)
        return fail(ErrorKind::kUsage, fmt::format("has more than {} suites in one another", kDeepest));
      path.push_back(next);
      next = next.first_child();
      continue;
    }
    next = next.next_sibling();
  }
  return {};
}

}  // namespace

Result<JunitReport> parse_junit(std::string_view text, std::string_view source) {
  if (text.size() > kJunitBytes)
    return fail(ErrorKind::kUsage, fmt::format("is longer than {} MiB", kJunitBytes >> 20), std::string(source));
  pugi::xml_document document;
  // Without parse_doctype a document type is passed over, and what it declares is not expanded.
  const auto parsed =
      document.load_buffer(text.data(), text.size(),
                           pugi::parse_cdata | pugi::parse_escapes | pugi::parse_wconv_attribute | pugi::parse_eol);
  if (!parsed) {
    const auto before = text.substr(0, static_cast<std::size_t>(std::max<std::ptrdiff_t>(parsed.offset, 0)));
    return fail(ErrorKind::kUsage, fmt::format("is no XML: {}", parsed.description()),
                fmt::format("{}:{}", source, std::count(before.begin(), before.end(), '\n') + 1));
  }
  const pugi::xml_node root = document.document_element();
  const std::string_view name = root.name();
  if (name != "testsuites" && name != "testsuite")
    return fail(ErrorKind::kUsage,
                fmt::format("is no JUnit XML: its root is <{}>; expected <testsuites> or <testsuite>", kept(name)),
                std::string(source));
  JunitReport report;
  if (auto read = read_suites(root, report); !read) return fail_with_context(read.error(), std::string(source));
  return report;
}

}  // namespace graduand::results
