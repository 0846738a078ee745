// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/fuzz_targets.h"

#include <cstdio>
#include <cstdlib>

#include "framework/base/json.h"
#include "framework/base/yaml/yaml.h"

namespace graduand::fuzz {
namespace {

void promise(bool kept, const char* what) {
  if (kept) return;
  std::fprintf(stderr, "broken promise: %s\n", what);
  std::abort();
}

}  // namespace

void yaml_round(std::string_view bytes) {
  const auto document = YamlDocument::parse(bytes, "fuzz");
  if (!document) {
    promise(document.error().kind == ErrorKind::kUsage, "bad YAML is a usage error");
    promise(document.error().where.rfind("fuzz", 0) == 0, "a YAML error says where");
    return;
  }
  const auto value = yaml_to_json(*document, document->root());
  promise(value.has_value(), "an accepted document converts to JSON");
  promise(parse_json(canonical_json(*value)).has_value(), "and that JSON is valid");
  YamlReader reader(*document, document->root(), "the input");
  reader.optional_int("a");
  reader.optional_bool("b");
  reader.optional_duration("c");
  reader.optional_strings("d");
  reader.optional_map("e", [](const std::string&, const YAML::Node&) -> Status { return {}; });
  if (const Status status = reader.finish(); !status)
    promise(status.error().kind == ErrorKind::kUsage, "an unfit document is a usage error");
}

void json_round(std::string_view bytes) {
  const auto value = parse_json(bytes, "fuzz");
  if (!value) {
    promise(value.error().kind == ErrorKind::kUsage, "bad JSON is a usage error");
    promise(value.error().where.rfind("fuzz", 0) == 0, "a JSON error says where");
    return;
  }
  const auto again = parse_json(pretty_json(*value), "again");
  promise(again.has_value(), "what we print can be read");
}

}  // namespace graduand::fuzz
