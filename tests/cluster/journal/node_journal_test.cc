// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/journal/node_journal.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "tests/cluster/scripted_nodes.h"

namespace graduand::cluster {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing_support::ScriptedNodes;
using Whose = NodeJournal::Whose;

constexpr const char* kNode = "node";
constexpr const char* kManifest = "/etc/kubernetes/manifests/kube-scheduler.yaml";

// Components that run with what their files are when they are told.
class ScriptedComponents final : public NodeComponents {
 public:
  explicit ScriptedComponents(ScriptedNodes& nodes) : nodes_(nodes) {}
  Status ready{};  // what waiting for them ends with
  std::vector<std::string> log;
  std::map<std::string, std::string> runs_with;  // unit -> the files it was started with

  Status put_static_pod(const std::string& node, const std::string& component,
                        const std::optional<std::string>& manifest) override {
    log.push_back("put " + component);
    const std::string path = std::string(kManifestFolder) + "/" + component + ".yaml";
    // As the real one: for a while there is none.
    GRADUAND_TRY(nodes_.change(node, "take " + path, [&] { nodes_.nodes[node].files.erase(path); }));
    if (!manifest) return {};
    return nodes_.change(node, "put " + path, [&] { nodes_.nodes[node].files[path] = {*manifest, "0600"}; });
  }
  Status restart_unit(const std::string& node, const std::string& unit) override {
    log.push_back("restart " + unit);
    return nodes_.change(node, "restart " + unit, [&] {
      std::string files;
      for (const auto& [path, file] : nodes_.nodes[node].files)
        if (path.find(unit) != std::string::npos) files += path + "=" + file.content + ";";
      runs_with[unit] = files;
    });
  }
  Status wait_until_ready(const std::string&, const std::set<std::string>& static_pods,
                          const std::set<std::string>& units) override {
    std::string what = "wait";
    for (const auto* names : {&static_pods, &units})
      for (const std::string& name : *names) what += " " + name;
    log.push_back(what);
    return ready;
  }

 private:
  ScriptedNodes& nodes_;
};

struct World {
  World() {
    auto& node = nodes.nodes[kNode];
    node.files["/etc/a.conf"] = {"a", "0640"};
    node.files["/var/lib/kubelet/config.yaml"] = {"kubelet: 1", "0644"};
    node.files[kManifest] = {"image: v1", "0600"};
    node.etcd["/registry/x"] = std::string("\0bytes\n", 7);
    components.runs_with["kubelet"] = "/var/lib/kubelet/config.yaml=kubelet: 1;";
    before = node;
    ran_before = components.runs_with;
  }
  // As it was, with nothing left in the journal.
  bool restored() { return nodes.nodes[kNode] == before && components.runs_with == ran_before; }

  ScriptedNodes nodes;
  ScriptedComponents components{nodes};
  ScriptedNodes::Node before;
  std::map<std::string, std::string> ran_before;
};

// Each kind of change, there and not there before, and one place twice.
std::vector<NodeChange> changes() {
  return {file_change(kNode, "/etc/a.conf", "b"),
          file_change(kNode, "/etc/systemd/system/kubelet.service.d/9.conf", "drop-in", "kubelet"),
          static_pod_change(kNode, "kube-scheduler", "image: v2"),
          etcd_key_change(kNode, "/registry/x", "garbage"),
          file_change(kNode, "/etc/a.conf", std::nullopt),
          file_change(kNode, "/var/lib/kubelet/config.yaml", "kubelet: 2", "kubelet"),
          etcd_key_change(kNode, "/registry/new", "new"),
          static_pod_change(kNode, "kube-scheduler", std::nullopt),
          static_pod_change(kNode, "extra", "image: x"),
          etcd_key_change(kNode, "/registry/x", std::nullopt)};
}

Status make_all(World& world, const std::vector<NodeChange>& all) {
  NodeJournal journal(world.nodes, world.components, "run/cell/case/1");
  for (const NodeChange& change : all) GRADUAND_TRY(journal.make(change));
  return {};
}

Status put_back_as_another_process(World& world) {
  return put_all_back(world.nodes, world.components, {kNode});
}

TEST(NodeJournal, ChangesAreMadeAndPutBack) {
  World world;
  NodeJournal journal(world.nodes, world.components, "owner");
  for (const NodeChange& change : changes()) {
    const Status made = journal.make(change);
    ASSERT_TRUE(made) << to_string(made.error());
  }
  EXPECT_EQ(world.nodes.content(kNode, "/etc/a.conf"), "not there");
  EXPECT_EQ(world.nodes.content(kNode, "/var/lib/kubelet/config.yaml"), "kubelet: 2");
  EXPECT_EQ(world.nodes.content(kNode, kManifest), "not there");
  EXPECT_EQ(world.nodes.nodes[kNode].etcd.at("/registry/new"), "new");
  EXPECT_THAT(world.components.runs_with["kubelet"], HasSubstr("drop-in"));
  EXPECT_THAT(journal.touched(), ElementsAre(kNode));
  const Status back = journal.put_back(kNode);
  ASSERT_TRUE(back) << to_string(back.error());
  EXPECT_TRUE(world.restored());
  EXPECT_EQ(world.components.log.back(), "wait kube-scheduler kubelet") << "the other pod was not there before";
  EXPECT_THAT(journal.touched(), IsEmpty());
}

// The heart of it: whenever a process dies, the next one finds the way back.
TEST(NodeJournal, ADeathAfterAnyStepLeavesAWayBack) {
  World measured;
  ASSERT_TRUE(make_all(measured, changes()));
  const int steps = measured.nodes.changes;
  ASSERT_GT(steps, 30);
  for (int n = 0; n <= steps; ++n) {
    for (const bool unheard : {false, true}) {
      World world;
      world.nodes.changes_left = n;
      world.nodes.last_takes_effect = unheard;
      EXPECT_EQ(make_all(world, changes()).has_value(), n == steps);
      world.nodes.revive();
      const Status back = put_back_as_another_process(world);
      ASSERT_TRUE(back) << n << ": " << to_string(back.error());
      ASSERT_TRUE(world.restored()) << "death after step " << n << (unheard ? ", which was done" : "");
    }
  }
}

// And however often the way back is cut short.
RC_GTEST_PROP(NodeJournalProp, DeathsOnTheWayBackDoNotMatter, ()) {
  const auto picked = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 10));
  std::vector<NodeChange> some;
  for (const int one : picked) some.push_back(changes()[static_cast<std::size_t>(one)]);
  World world;
  world.nodes.changes_left = *rc::gen::inRange(0, 60);
  world.nodes.last_takes_effect = *rc::gen::arbitrary<bool>();
  std::ignore = make_all(world, some);
  const auto deaths = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 40));
  for (const int death : deaths) {
    world.nodes.revive();
    world.nodes.changes_left = death;
    world.nodes.last_takes_effect = death % 2 == 0;
    std::ignore = put_back_as_another_process(world);
  }
  world.nodes.revive();
  const Status back = put_back_as_another_process(world);
  RC_ASSERT(back.has_value());
  RC_ASSERT(world.restored());
}

// A transition that came true: its changes stay together or go together.
TEST(NodeJournal, WhatIsKeptStaysWholeOrGoesWhole) {
  for (int n = 0;; ++n) {
    World world;
    NodeJournal journal(world.nodes, world.components, "set-gates");
    for (const NodeChange& change : changes()) ASSERT_TRUE(journal.make(change));
    ScriptedNodes::Node changed = world.nodes.nodes[kNode];
    std::erase_if(changed.files, [](const auto& file) { return file.first.starts_with(kJournalFolder); });
    world.nodes.changes_left = n;
    const bool kept = journal.keep(kNode).has_value();
    world.nodes.revive();
    ASSERT_TRUE(put_back_as_another_process(world)) << n;
    ASSERT_TRUE(world.nodes.nodes[kNode] == changed || world.restored()) << "death after step " << n;
    if (!kept) continue;
    EXPECT_TRUE(world.nodes.nodes[kNode] == changed);
    EXPECT_GT(n, 10);
    return;
  }
}

TEST(NodeJournal, AfterKeepingTheSameJournalBeginsAnew) {
  World world;
  NodeJournal journal(world.nodes, world.components, "owner");
  ASSERT_TRUE(journal.make(file_change(kNode, "/etc/a.conf", "b")));
  world.nodes.changes_left = 1;  // the mark, and no more
  EXPECT_FALSE(journal.keep(kNode));
  world.nodes.revive();
  ASSERT_TRUE(journal.make(file_change(kNode, "/etc/a.conf", "c")));
  ASSERT_TRUE(put_back_as_another_process(world));
  EXPECT_EQ(world.nodes.content(kNode, "/etc/a.conf"), "b") << "the first was kept";
}

TEST(NodeJournal, OnesOwnChangesAreToldFromOthers) {
  World world;
  NodeJournal mine(world.nodes, world.components, "mine"), other(world.nodes, world.components, "other");
  ASSERT_TRUE(mine.make(file_change(kNode, "/etc/a.conf", "b")));
  ASSERT_TRUE(other.make(file_change(kNode, "/etc/other.conf", "x")));
  ASSERT_TRUE(mine.put_back(kNode));
  EXPECT_EQ(world.nodes.content(kNode, "/etc/a.conf"), "a");
  EXPECT_EQ(world.nodes.content(kNode, "/etc/other.conf"), "x");
  ASSERT_TRUE(mine.put_back(kNode, Whose::kAll));
  EXPECT_TRUE(world.restored());
}

TEST(NodeJournal, WhatDoesNotBecomeReadyIsInfrastructureAndStaysOpen) {
  World world;
  ASSERT_TRUE(make_all(world, {static_pod_change(kNode, "kube-scheduler", "image: v2")}));
  world.components.ready = fail(ErrorKind::kProduct, "kube-scheduler is not Ready");
  const Status back = put_back_as_another_process(world);
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().kind, ErrorKind::kInfrastructure) << "anything can have been written there";
  EXPECT_THAT(back.error().message, HasSubstr("not Ready"));
  world.components.ready = {};
  world.components.log.clear();
  ASSERT_TRUE(put_back_as_another_process(world));
  EXPECT_THAT(world.components.log, ElementsAre("wait kube-scheduler")) << "it has its manifest already";
  EXPECT_TRUE(world.restored());
}

TEST(NodeJournal, WithGatesItIsEvidence) {
  World world;
  NodeChange change = static_pod_change(kNode, "kube-scheduler", "image: v2");
  change.evidence = true;
  ASSERT_TRUE(make_all(world, {change}));
  world.components.ready = fail(ErrorKind::kProduct, "kube-scheduler is not Ready");
  EXPECT_EQ(put_back_as_another_process(world).error().kind, ErrorKind::kProduct);
  world.nodes.unreachable = {kNode};
  EXPECT_EQ(put_back_as_another_process(world).error().kind, ErrorKind::kInfrastructure);
}

TEST(NodeJournal, NothingEnteredNothingDone) {
  World world;
  ASSERT_TRUE(put_back_as_another_process(world));
  NodeJournal journal(world.nodes, world.components, "owner");
  ASSERT_TRUE(journal.put_back(kNode));
  ASSERT_TRUE(journal.keep(kNode));
  EXPECT_THAT(world.components.log, IsEmpty());
  EXPECT_THAT(world.nodes.log, IsEmpty());
}

TEST(NodeJournal, AnEntryThatCannotBeReadStopsTheWayBack) {
  World world;
  ASSERT_TRUE(make_all(world, {file_change(kNode, "/etc/a.conf", "b")}));
  for (auto& [path, file] : world.nodes.nodes[kNode].files)
    if (path.ends_with(".entry")) file.content = R"({"schema_version":7})";
  const Status back = put_back_as_another_process(world);
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().kind, ErrorKind::kInfrastructure);
  EXPECT_THAT(back.error().message, HasSubstr("another version of graduand"));
}

// A key of etcd may be a Secret.
TEST(NodeJournal, EntriesAndMessagesHaveNoContent) {
  World world;
  world.nodes.nodes[kNode].etcd["/registry/secrets/s"] = "hush-before";
  ASSERT_TRUE(make_all(world, {etcd_key_change(kNode, "/registry/secrets/s", "hush-after")}));
  for (const auto& [path, file] : world.nodes.nodes[kNode].files)
    if (path.ends_with(".entry")) {
      EXPECT_THAT(file.content, Not(HasSubstr("hush")));
    }
  for (const std::string& line : world.nodes.log) EXPECT_THAT(line, Not(HasSubstr("hush")));
}

TEST(NodeChange, WhatCannotBePutBackIsRefused) {
  for (const char* path : {"relative", "/etc/../x", "/etc//x", "/etc/x/", "/", "",
                           "/etc/kubernetes/manifests/etcd.yaml", "/var/lib/graduand/journal/1"}) {
    const Status checked = check_change(file_change(kNode, path, "x"));
    ASSERT_FALSE(checked) << path;
    EXPECT_EQ(checked.error().kind, ErrorKind::kUsage);
  }
  EXPECT_FALSE(check_change(file_change("", "/etc/x", "x")));
  EXPECT_FALSE(check_change(static_pod_change(kNode, "../etcd", "x")));
  EXPECT_FALSE(check_change(etcd_key_change(kNode, "", "x")));
  for (const NodeChange& change : changes()) EXPECT_TRUE(check_change(change)) << describe(change);
}

TEST(JournalEntry, NamesAreReadAsTheyAreWritten) {
  const auto name = parse_entry_name(entry_name(12, "abc"));
  ASSERT_TRUE(name);
  EXPECT_EQ(name->number, 12);
  EXPECT_EQ(name->journal, "abc");
  for (const char* other : {"kept-abc", "000001", "-abc", "1x-abc", "000001-"}) EXPECT_FALSE(parse_entry_name(other));
}

}  // namespace
}  // namespace graduand::cluster
