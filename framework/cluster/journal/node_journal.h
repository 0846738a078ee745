// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "framework/cluster/journal/journal_entry.h"
#include "framework/cluster/journal/node_components.h"
#include "framework/cluster/node_access.h"

namespace graduand::cluster {

// What was changed on nodes, so that it can be put back, also by another process after this one's death at any moment.
// It is kept on each node, below kJournalFolder. Of a change there is, in this order:
//   000012-abcdefgh.before  a copy of what was there, if anything was
//   000012-abcdefgh.entry   the entry. Without it the change was not made, and the copy counts for nothing
//   kept-abcdefgh           this journal's changes are to stay: there while its entries are being removed
// Each is whole on disk before the next step is taken. Thread-safe; calls for one node should come one after the other
// unless they are about different places.
class NodeJournal {
 public:
  // `owner` is who makes the changes, for people who find the entries. Both others must outlive it.
  NodeJournal(NodeAccess& nodes, NodeComponents& components, std::string owner);

  // Enters a change that the caller makes itself, afterwards. kUsage for one that check_change() refuses, or a place
  // that is a folder; then, as on all errors, it must not be made.
  Status enter(const NodeChange& change);
  // Enters a change and makes it. Returns when the file, manifest or key is in place and the unit was restarted; what
  // the component makes of it is the caller's to wait for. After an error it may have been made in part, and the entry
  // is there.
  Status make(const NodeChange& change);

  // What this journal changed on the node stays as it is. After an error it is put back or stays, as a whole.
  Status keep(const std::string& node);

  enum class Whose { kMine, kAll };
  // Undoes what is open on the node, the newest first; restarts the units and waits for the components concerned; then
  // closes the entries. May be called again and again, after an error and after a death in the middle. An error means
  // that the node is not as it was, and entries stay open: kInfrastructure, or kProduct where a component does not come
  // back from a change that is evidence.
  Status put_back(const std::string& node, Whose whose = Whose::kMine);
  // The same in a hurry: nothing is waited for or closed, so that put_back() has to follow, by whomever.
  Status undo(const std::string& node, Whose whose = Whose::kMine);

  // Nodes on which something was entered by this object and neither kept nor put back since.
  std::vector<std::string> touched() const;

 private:
  // A node's entries of this object: the word that is theirs alone, and the highest number.
  struct Mine {
    std::string journal;
    long last = 0;
  };
  // Of one journal, or of all.
  using Which = std::optional<std::string>;
  // nullopt: nothing of this object's is on the node.
  std::optional<Which> which(const std::string& node, Whose whose) const;
  Result<std::vector<JournalEntry>> open_entries(const std::string& node, const Which& which);
  Result<std::vector<EntryName>> tidy_up(const std::string& node, const Which& which);
  Status undo_entries(const std::string& node, const std::vector<JournalEntry>& entries);
  Status undo_one(const JournalEntry& entry);
  Status close(const std::string& node, const EntryName& entry);
  Result<Mine> next_number(const std::string& node);

  NodeAccess& nodes_;
  NodeComponents& components_;
  const std::string owner_;
  mutable std::mutex mutex_;
  std::map<std::string, Mine> mine_;  // by node
};

// Puts back what is open on these nodes, whoever's it is; the first error, with the others tried all the same.
Status put_all_back(NodeAccess& nodes, NodeComponents& components, const std::vector<std::string>& on);

}  // namespace graduand::cluster
