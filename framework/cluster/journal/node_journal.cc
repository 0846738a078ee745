// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/journal/node_journal.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "framework/base/random.h"
#include "framework/base/text.h"

namespace graduand::cluster {
namespace {

constexpr const char* kBefore = ".before";
constexpr const char* kEntry = ".entry";
constexpr const char* kKept = "kept-";
constexpr std::size_t kNameLength = 8;

std::string in_journal(const std::string& file) {
  return std::string(kJournalFolder) + "/" + file;
}
std::string in_journal(const JournalEntry& entry, const char* suffix) {
  return in_journal(entry_name(entry.number, entry.journal) + suffix);
}

// The name of an entry from that of one of its files.
std::optional<EntryName> entry_of(const std::string& file, const char* suffix) {
  if (!file.ends_with(suffix)) return std::nullopt;
  return parse_entry_name(file.substr(0, file.size() - std::string_view(suffix).size()));
}

}  // namespace

NodeJournal::NodeJournal(NodeAccess& nodes, NodeComponents& components, std::string owner)
    : nodes_(nodes), components_(components), owner_(std::move(owner)) {}

// Other journals may have entries on the node: theirs are older than this one's, or about other places.
Result<NodeJournal::Mine> NodeJournal::next_number(const std::string& node) {
  const std::lock_guard<std::mutex> lock(mutex_);
  auto found = mine_.find(node);
  if (found == mine_.end()) {
    Mine mine{Random(random_seed()).name_suffix(kNameLength), 0};
    GRADUAND_TRY_ASSIGN(const auto files, nodes_.list_folder(node, kJournalFolder));
    for (const std::string& file : files)
      for (const char* suffix : {kBefore, kEntry})
        if (const auto name = entry_of(file, suffix)) mine.last = std::max(mine.last, name->number);
    found = mine_.emplace(node, std::move(mine)).first;
  }
  ++found->second.last;
  return found->second;
}

Status NodeJournal::enter(const NodeChange& change) {
  GRADUAND_TRY(check_change(change));
  GRADUAND_TRY_ASSIGN(const Mine mine, next_number(change.node));
  JournalEntry entry{mine.last, mine.journal, change, owner_, true};
  entry.change.content.reset();
  const std::string before = in_journal(entry, kBefore);
  if (change.kind == NodeChange::Kind::kEtcdKey) {
    GRADUAND_TRY_ASSIGN(const auto value, nodes_.read_etcd_key(change.node, change.place));
    entry.existed = value.has_value();
    if (value) GRADUAND_TRY(nodes_.write_file(change.node, before, *value, kJournalFolder));
  } else if (Status copied = nodes_.copy_file(change.node, place_of(change), before); !copied) {
    if (copied.error().kind != ErrorKind::kNotFound) return copied;
    entry.existed = false;
  }
  return nodes_.write_file(change.node, in_journal(entry, kEntry), pretty_json(to_json(entry)), kJournalFolder);
}

Status NodeJournal::make(const NodeChange& change) {
  GRADUAND_TRY(enter(change));
  switch (change.kind) {
    case NodeChange::Kind::kStaticPod:
      return components_.put_static_pod(change.node, change.place, change.content);
    case NodeChange::Kind::kEtcdKey:
      return nodes_.write_etcd_key(change.node, change.place, change.content);
    case NodeChange::Kind::kFile:
      break;
  }
  GRADUAND_TRY(change.content ? nodes_.write_file(change.node, change.place, *change.content,
                                                  std::filesystem::path(change.place).parent_path().string())
                              : nodes_.remove_file(change.node, change.place));
  return change.unit.empty() ? Status{} : components_.restart_unit(change.node, change.unit);
}

Status NodeJournal::keep(const std::string& node) {
  std::string journal;
  {
    // What is entered from now on is another journal's, lest the mark hold for it as well.
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = mine_.find(node);
    if (found == mine_.end()) return {};
    journal = std::move(found->second.journal);
    mine_.erase(found);
  }
  GRADUAND_TRY(nodes_.write_file(node, in_journal(kKept + journal), owner_, kJournalFolder));
  GRADUAND_TRY(tidy_up(node, journal));
  return {};
}

std::optional<NodeJournal::Which> NodeJournal::which(const std::string& node, Whose whose) const {
  if (whose == Whose::kAll) return Which{};
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = mine_.find(node);
  if (found == mine_.end()) return std::nullopt;
  return Which{found->second.journal};
}

// Closes what was decided to be kept, removes copies that have no entry, and gives the names of the open ones.
Result<std::vector<EntryName>> NodeJournal::tidy_up(const std::string& node, const Which& which) {
  GRADUAND_TRY_ASSIGN(const auto files, nodes_.list_folder(node, kJournalFolder));
  const auto asked = [&which](const std::string& journal) { return !which || *which == journal; };
  std::set<std::string> kept, entered;
  for (const std::string& file : files)
    if (starts_with(file, kKept)) kept.insert(file.substr(std::string_view(kKept).size()));
  std::vector<EntryName> open;
  for (const std::string& file : files) {
    const auto name = entry_of(file, kEntry);
    if (!name || !asked(name->journal)) continue;
    entered.insert(entry_name(name->number, name->journal));
    if (kept.contains(name->journal))
      GRADUAND_TRY(close(node, *name));
    else
      open.push_back(*name);
  }
  for (const std::string& file : files) {
    const auto name = entry_of(file, kBefore);
    if (name && asked(name->journal) && !entered.contains(entry_name(name->number, name->journal)))
      GRADUAND_TRY(nodes_.remove_file(node, in_journal(file)));
  }
  for (const std::string& journal : kept)
    if (asked(journal)) GRADUAND_TRY(nodes_.remove_file(node, in_journal(kKept + journal)));
  return open;
}

// The newest first.
Result<std::vector<JournalEntry>> NodeJournal::open_entries(const std::string& node, const Which& which) {
  GRADUAND_TRY_ASSIGN(auto open, tidy_up(node, which));
  std::sort(open.begin(), open.end(), [](const EntryName& a, const EntryName& b) {
    return std::tie(a.number, a.journal) > std::tie(b.number, b.journal);
  });
  std::vector<JournalEntry> entries;
  for (const EntryName& name : open) {
    GRADUAND_TRY_ASSIGN(const std::string text,
                        nodes_.read_file(node, in_journal(entry_name(name.number, name.journal) + kEntry)));
    GRADUAND_TRY_ASSIGN(JournalEntry entry, entry_from_text(text, name, node));
    entries.push_back(std::move(entry));
  }
  return entries;
}

Status NodeJournal::undo_one(const JournalEntry& entry) {
  const NodeChange& change = entry.change;
  const std::string before = in_journal(entry, kBefore);
  if (change.kind == NodeChange::Kind::kFile)
    return entry.existed ? nodes_.copy_file(change.node, before, change.place)
                         : nodes_.remove_file(change.node, change.place);
  std::optional<std::string> content;
  if (entry.existed) {
    GRADUAND_TRY_ASSIGN(content, nodes_.read_file(change.node, before));
  }
  if (change.kind == NodeChange::Kind::kEtcdKey) return nodes_.write_etcd_key(change.node, change.place, content);
  // A pod that is as it was need not be started anew.
  const auto present = nodes_.read_file(change.node, place_of(change));
  if (!present && present.error().kind != ErrorKind::kNotFound) return fail(present.error());
  if (present ? content == *present : !content) return {};
  return components_.put_static_pod(change.node, change.place, content);
}

Status NodeJournal::undo_entries(const std::string& node, const std::vector<JournalEntry>& entries) {
  std::set<std::string> units;
  for (const JournalEntry& entry : entries) {
    if (Status undone = undo_one(entry); !undone) {
      Error error = std::move(undone).error();
      error.kind = ErrorKind::kInfrastructure;
      return fail_with_context(std::move(error), describe(entry.change) + " could not be put back");
    }
    if (!entry.change.unit.empty()) units.insert(entry.change.unit);
  }
  // When all their files are as they were, not in between.
  for (const std::string& unit : units) GRADUAND_TRY(components_.restart_unit(node, unit));
  return {};
}

Status NodeJournal::undo(const std::string& node, Whose whose) {
  const auto asked = which(node, whose);
  if (!asked) return {};
  GRADUAND_TRY_ASSIGN(const auto entries, open_entries(node, *asked));
  return undo_entries(node, entries);
}

Status NodeJournal::put_back(const std::string& node, Whose whose) {
  const auto asked = which(node, whose);
  if (!asked) return {};
  GRADUAND_TRY_ASSIGN(const auto entries, open_entries(node, *asked));
  std::set<std::string> static_pods, units;
  bool evidence = false;
  for (const JournalEntry& entry : entries) {
    evidence = evidence || entry.change.evidence;
    if (!entry.change.unit.empty()) units.insert(entry.change.unit);
    if (entry.change.kind != NodeChange::Kind::kStaticPod) continue;
    // Of several entries the oldest, which comes last, says whether there is a pod afterwards.
    if (entry.existed)
      static_pods.insert(entry.change.place);
    else
      static_pods.erase(entry.change.place);
  }
  Status ready = undo_entries(node, entries);
  if (ready && !entries.empty()) ready = components_.wait_until_ready(node, static_pods, units);
  if (!ready) {
    Error error = std::move(ready).error();
    if (!evidence) error.kind = ErrorKind::kInfrastructure;
    return fail(std::move(error));
  }
  // The newest first: what is left of them after a death in between still leads back to the oldest.
  for (const JournalEntry& entry : entries) GRADUAND_TRY(close(node, {entry.number, entry.journal}));
  const std::lock_guard<std::mutex> lock(mutex_);
  mine_.erase(node);
  return {};
}

// The entry first: without it the copy counts for nothing.
Status NodeJournal::close(const std::string& node, const EntryName& entry) {
  const std::string name = entry_name(entry.number, entry.journal);
  GRADUAND_TRY(nodes_.remove_file(node, in_journal(name + kEntry)));
  return nodes_.remove_file(node, in_journal(name + kBefore));
}

std::vector<std::string> NodeJournal::touched() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::vector<std::string> nodes;
  for (const auto& [node, mine] : mine_) nodes.push_back(node);
  return nodes;
}

Status put_all_back(NodeAccess& nodes, NodeComponents& components, const std::vector<std::string>& on) {
  NodeJournal journal(nodes, components, "restore");
  Status first;
  for (const std::string& node : on)
    if (Status done = journal.put_back(node, NodeJournal::Whose::kAll); !done && first) first = std::move(done);
  return first;
}

}  // namespace graduand::cluster
