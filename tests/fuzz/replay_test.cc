// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "framework/base/clock.h"
#include "tests/fuzz/fuzz_targets.h"
#include "tests/fuzz/report_targets.h"

namespace graduand::fuzz {
namespace {

std::string repeated(std::string_view piece, std::size_t times) {
  std::string text;
  text.reserve(piece.size() * times);
  for (std::size_t i = 0; i < times; ++i) text += piece;
  return text;
}

// Inputs that break naive readers: depth, width, unfinished constructs, odd bytes, reference tricks.
std::vector<std::string> hostile_inputs() {
  std::vector<std::string> inputs = {
      "",
      "\n",
      "---",
      "---\n---\n",
      "...",
      "%YAML 1.2\n---\na",
      "%YAML 9.9\n---\na",
      "%TAG ! x\n---\n!a b",
      "%\n",
      "a: &a [*a]",
      "&a a: *a",
      "&a [&a *a]",
      "*a",
      "<<: *a",
      "a: &x {<<: *x}",
      "? [a]\n: b",
      "? a\n? b",
      ": a",
      "a: b: c",
      "a:\n\t- b",
      "|",
      ">",
      "a: |9\n b",
      "a: |+\n",
      "'",
      "\"",
      "\"\\",
      "\"\\u",
      "\"\\ud800\"",
      "\"\\x",
      "[",
      "{",
      "]",
      "}",
      "[a",
      "{a",
      "{a: [",
      "- - - -",
      "!",
      "!!",
      "!<",
      "!!map [a]",
      "a: !!int x",
      "&",
      "*",
      "@",
      "`",
      "#",
      "a #",
      "{,}",
      "[,]",
      "{a, a}",
      "{? a}",
      "{\"a\":1,\"a\":2}",
      "\xef\xbb\xbf"
      "a: 1",
      "\xff\xfe"
      "a",
      "\xc0\x80",
      "\xed\xa0\x80",
      "a\r\nb\rc",
      "\x85",
      "\xe2\x80\xa8",
      "a: \x04 b: 1",
      "1e999999",
      "-",
      "-0",
      "00",
      "1e",
      "{\"a\":1e400}",
      "[1,]",
      "nul",
      "\"\x01\"",
      "123456789012345678901234567890",
      "0.1e-400",
      "a: 0x7fffffffffffffffffff",
      "a: 99999999999999999999999d",
      "c: 1e9h",
      "c: 0.0000000000000000000001ms",
      "d: [[a]]",
      "e: [a]",
      std::string("a\0b", 3),
      std::string(3, '\0'),
  };
  for (const char* piece : {"[",   "{",   "{a: ",  "- ",      "? ",
                            "[{",  "\"",  "a: [",  "{\"a\":", "!",
                            "&a ", "*a ", "|\n",   "a:\n ",   "'",
                            "%",   "#\n", "---\n", "a: 1\n",  "[],",
                            ":",   ": ",  ",",     "\\",      "\xf0\x9f\x92\xa3",
                            "- [", "1"}) {
    inputs.push_back(repeated(piece, 100));
    inputs.push_back(repeated(piece, 20'000));
  }
  inputs.push_back("a: [" + repeated("&a x, *a, ", 50'000) + "]");
  inputs.push_back(repeated("[", 1'000) + repeated("]", 1'000));
  return inputs;
}

TEST(FuzzReplay, HostileInputsKeepEveryPromiseAndEndFast) {
  for (const std::string& input : hostile_inputs()) {
    const SteadyTime start = system_clock().steady_now();
    yaml_round(input);
    json_round(input);
    go_test_round(input);
    junit_round(input);
    EXPECT_LT(system_clock().steady_now() - start, seconds{10}) << input.size() << " bytes: " << input.substr(0, 40);
  }
}

TEST(FuzzReplay, EveryPrefixAndOneByteChangeOfAProfileIsHandled) {
  const std::string profile =
      "name: a\nprovider: kind\ngates: &g {A: true, B: false}\nmatrix:\n- name: on\n  gates: *g\n  limit: 1m30s\n"
      "- name: \"off\"\n  patches:\n  - |\n    kind: x\n  - >-\n    folded\n";
  for (std::size_t length = 0; length <= profile.size(); ++length) yaml_round(profile.substr(0, length));
  for (std::size_t at = 0; at < profile.size(); ++at) {
    for (const char c : {'\0', '\n', '\t', ' ', ':', '-', '[', '{', '&', '*', '"', '\'', '|', '#', '\x80'}) {
      std::string changed = profile;
      changed[at] = c;
      yaml_round(changed);
    }
  }
}

// Calls `round` with each beginning of the text, and with the text changed in one byte.
void with_small_changes(const std::string& text, const std::string& bytes, void (*round)(std::string_view)) {
  for (std::size_t length = 0; length <= text.size(); ++length) round(text.substr(0, length));
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const char c : bytes) {
      std::string changed = text;
      changed[at] = c;
      round(changed);
    }
  }
}

TEST(FuzzReplay, EveryPrefixAndOneByteChangeOfAReportIsHandled) {
  const std::string odd(" \0\n\x16\xff\"(.:<&{", 12);
  with_small_changes(
      "\x16=== RUN   TestA\n    a_test.go:12: got 3\n\x16--- FAIL: TestA (0.25s)\n\x16=== NAME  \n\x16"
      "FAIL\n",
      odd, go_test_round);
  with_small_changes(
      "{\"Action\":\"output\",\"Package\":\"p\",\"Test\":\"T\",\"Output\":\"x.go:1: \\u00e4\\n\"}\n"
      "{\"Action\":\"fail\",\"Package\":\"p\",\"Test\":\"T\",\"Elapsed\":1.5}\n",
      odd, go_test_round);
  with_small_changes(
      "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><testsuites><testsuite><testcase name='a' time='1.5'>"
      "<failure message='m'>&lt;&a;<![CDATA[x]]></failure></testcase><testcase><skipped/></testcase></testsuite>"
      "</testsuites>",
      odd, junit_round);
}

}  // namespace
}  // namespace graduand::fuzz
