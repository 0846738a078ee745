// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/messages.h"

#include <fmt/format.h>

#include <utility>

#include "framework/base/text.h"
#include "framework/runner/names.h"

namespace graduand::runner {
namespace {

constexpr std::size_t kLongestLine = 1u << 20;
constexpr std::size_t kMostMessages = 10'000;
constexpr std::size_t kMostBytes = 8u << 20;
constexpr std::size_t kLongestString = 64u << 10;

void bound(std::string& text) {
  if (text.size() > kLongestString) text = shorten(text, kLongestString);
}

}  // namespace

MessageCollector::MessageCollector(OnProgress on_progress, OnTransition on_transition)
    : on_progress_(std::move(on_progress)), on_transition_(std::move(on_transition)) {}

void MessageCollector::line(std::string_view text) {
  if (text.size() > kLongestLine) return unreadable(fmt::format("a line of {} bytes", text.size()));
  auto message = results::message_from_line(text);
  if (!message) return unreadable(to_string(message.error()));
  if (auto* terminal = std::get_if<results::Terminal>(&*message)) {
    ++collected_.terminals;
    if (collected_.terminal) return;
    bound(terminal->reason);
    collected_.terminal = std::move(*terminal);
    return;
  }
  if (collected_.terminal) ++collected_.after_terminal;
  collected_.failed = collected_.failed || std::holds_alternative<results::Failure>(*message);
  ++messages_;
  bytes_ += text.size();
  if (messages_ > kMostMessages || bytes_ > kMostBytes) {
    ++collected_.dropped;
    return;
  }
  keep(std::move(*message));
}

void MessageCollector::keep(results::Message message) {
  if (auto* failure = std::get_if<results::Failure>(&message)) {
    bound(failure->file);
    bound(failure->message);
    collected_.failures.push_back(std::move(*failure));
  } else if (auto* measure = std::get_if<results::Measure>(&message)) {
    bound(measure->name);
    bound(measure->unit);
    collected_.measures.push_back(std::move(*measure));
  } else if (auto* transition = std::get_if<results::Transition>(&message)) {
    for (std::string* one : {&transition->request.phase, &transition->request.component, &transition->request.node,
                             &transition->phase_before, &transition->phase_after, &transition->message})
      bound(*one);
    if (!transition->phase_after.empty()) collected_.last_phase = transition->phase_after;
    on_transition_(std::move(*transition));
  } else if (auto* progress = std::get_if<results::Progress>(&message)) {
    bound(progress->message);
    on_progress_(progress->message);
  }
}

void MessageCollector::unreadable(const std::string& problem) {
  if (collected_.unreadable++ == 0) collected_.first_problem = one_line(problem, 300);
}

}  // namespace graduand::runner
