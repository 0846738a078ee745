// SPDX-License-Identifier: Apache-2.0
#include "framework/kube/internal/kubeconfig/go_yaml.h"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

namespace graduand::kube::internal {
namespace {

std::string refusal(const std::string& text) {
  const auto parsed = parse_go_yaml(text, "f");
  return parsed ? "accepted" : to_string(parsed.error());
}

bool keeps_its_word(const Result<GoYaml>& parsed) {
  return parsed || (parsed.error().kind == ErrorKind::kUsage && parsed.error().where.front() == 'f');
}

RC_GTEST_PROP(GoYaml, AnyBytesAreReadOrRefusedWithAPlace, (const std::string& bytes)) {
  const auto parsed = parse_go_yaml(bytes, "f");
  RC_ASSERT(keeps_its_word(parsed));
}

// Pieces that mean something in YAML, in any order.
RC_GTEST_PROP(GoYaml, AnyPiecesAreReadOrRefusedWithAPlace, ()) {
  const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
      "a", ": ", "\n", "- ", "  ", "[", "]", "{", "}", ", ", "&x ", "*x", "<<", "? ", "'", "\"", "|\n", "#", "!!int ",
      "!!null ", "---\n", "...\n", "%YAML 1.1\n", "\t", "~", "5", "\xff\xfe", "\xc3\xa4", ".inf"));
  std::string text;
  for (const auto& piece : pieces) text += piece;
  const auto parsed = parse_go_yaml(text, "f");
  RC_ASSERT(keeps_its_word(parsed));
}

TEST(GoYaml, SaysWhereItRefuses) {
  EXPECT_EQ(refusal("a: 1\nb: .inf\n"), "f:2:4: JSON has no number '.inf'");
  EXPECT_EQ(refusal("a: !!int x\n"), "f:1:4: 'x' is no !!int");
  EXPECT_EQ(refusal("a:\n  <<: [{}, 5]\n"), "f:2:12: '<<' merges a mapping or a list of mappings");
  EXPECT_EQ(refusal("a: &a {b: *a}\n"), "f:1:11: an anchor's value contains itself");
  EXPECT_EQ(refusal("{a: 1}: 2\n"), "f:1:1: a key must be a scalar, not a list or a mapping");
  EXPECT_EQ(refusal("k: &k [1]\n*k : 2\n").substr(0, 4), "f:1:");
  EXPECT_EQ(refusal("a: 1\n~: 2\n"), "f:2:1: a key is empty");
}

TEST(GoYaml, IsBounded) {
  EXPECT_EQ(refusal(std::string(400, '[') + std::string(400, ']')), "accepted");
  EXPECT_NE(refusal(std::string(401, '[') + std::string(401, ']')).find("nested deeper than 400"), std::string::npos);
  std::string wide = "a: &a [x,x,x,x,x,x,x,x,x,x]\n";
  for (char c = 'b'; c < 'h'; ++c) {
    const auto last = std::string(1, static_cast<char>(c - 1));
    wide += std::string(1, c) + ": &" + c + " [*" + last;
    for (int i = 0; i < 9; ++i) wide += ",*" + last;
    wide += "]\n";
  }
  EXPECT_NE(refusal(wide).find("more than 500000 values"), std::string::npos) << refusal(wide);
}

}  // namespace
}  // namespace graduand::kube::internal
