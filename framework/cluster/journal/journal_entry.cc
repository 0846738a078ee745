// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/journal/journal_entry.h"

#include <fmt/format.h>

#include <charconv>

namespace graduand::cluster {
namespace {

constexpr int kVersion = 1;

struct Named {
  NodeChange::Kind kind;
  const char* name;
};
constexpr Named kKinds[] = {{NodeChange::Kind::kFile, "file"},
                            {NodeChange::Kind::kStaticPod, "static-pod"},
                            {NodeChange::Kind::kEtcdKey, "etcd-key"}};

}  // namespace

std::string entry_name(long number, const std::string& journal) {
  return fmt::format("{:06}-{}", number, journal);
}

std::optional<EntryName> parse_entry_name(const std::string& name) {
  const std::size_t dash = name.find('-');
  if (dash == std::string::npos || dash + 1 == name.size()) return std::nullopt;
  EntryName parsed;
  const auto [end, error] = std::from_chars(name.data(), name.data() + dash, parsed.number);
  if (error != std::errc() || end != name.data() + dash) return std::nullopt;
  parsed.journal = name.substr(dash + 1);
  return parsed;
}

json::object to_json(const JournalEntry& entry) {
  json::object object = {{"schema_version", kVersion}, {"place", entry.change.place},
                         {"existed", entry.existed},   {"owner", entry.owner},
                         {"unit", entry.change.unit},  {"evidence", entry.change.evidence}};
  for (const Named& named : kKinds)
    if (named.kind == entry.change.kind) object["kind"] = named.name;
  return object;
}

Result<JournalEntry> entry_from_text(const std::string& text, const EntryName& name, const std::string& node) {
  const auto broken = [&](const std::string& why) {
    return fail(ErrorKind::kInfrastructure,
                fmt::format("the journal's entry {} cannot be read: {}", entry_name(name.number, name.journal), why),
                node);
  };
  const auto value = parse_json(text, "the entry");
  if (!value) return broken(value.error().message);
  if (int_at(*value, "schema_version") != kVersion) return broken("it is of another version of graduand");
  JournalEntry entry{name.number, name.journal, {}, string_at(*value, "owner"), bool_at(*value, "existed")};
  entry.change.node = node;
  entry.change.place = string_at(*value, "place");
  entry.change.unit = string_at(*value, "unit");
  entry.change.evidence = bool_at(*value, "evidence");
  const std::string kind = string_at(*value, "kind");
  for (const Named& named : kKinds) {
    if (kind != named.name) continue;
    entry.change.kind = named.kind;
    if (Status sound = check_change(entry.change); !sound) return broken(sound.error().message);
    return entry;
  }
  return broken("there is no kind of change '" + kind + "'");
}

}  // namespace graduand::cluster
