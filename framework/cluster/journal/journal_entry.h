// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "framework/base/json.h"
#include "framework/cluster/journal/node_change.h"

namespace graduand::cluster {

// A change of a node that was about to be made: what a journal has of it. The content of before is in a file beside it.
struct JournalEntry {
  long number = 0;      // entries are undone from the highest one down
  std::string journal;  // whose entry it is: a word that no other journal has
  NodeChange change;    // without content
  std::string owner;    // who made it, for people: an attempt's id, a kind of transition
  bool existed = false;
};

// "000012-abcdefgh": the name of an entry's files, without what they end in.
std::string entry_name(long number, const std::string& journal);
struct EntryName {
  long number = 0;
  std::string journal;
};
// nullopt for what is no such name.
std::optional<EntryName> parse_entry_name(const std::string& name);

json::object to_json(const JournalEntry& entry);
// kInfrastructure for a text that is none: then nobody knows how the node was. Number and journal come from the name.
Result<JournalEntry> entry_from_text(const std::string& text, const EntryName& name, const std::string& node);

}  // namespace graduand::cluster
