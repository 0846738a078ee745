// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "framework/base/files.h"
#include "framework/base/text.h"
#include "framework/cluster/node_access.h"

namespace graduand::cluster::testing_support {

// Nodes in memory: files with modes, etcd's keys, and answers to commands. After so many changes the process that makes
// them is dead: all that follows fails, and nothing of it happens. Thread-safe.
class ScriptedNodes : public NodeAccess {
 public:
  struct File {
    std::string content;
    std::string mode = "0644";
    bool operator==(const File&) const = default;
  };
  struct Node {
    std::map<std::string, File> files;
    std::map<std::string, std::string> etcd;
    bool operator==(const Node&) const = default;
  };
  // The answer to a command whose words, joined by spaces, contain `part`; the newest that fits is asked. Without one a
  // command succeeds and prints nothing.
  using Answer = std::function<Result<ProcessResult>(const std::string& node, const std::vector<std::string>& argv)>;

  std::map<std::string, Node> nodes;
  // How many more changes are made before the death, and whether the last of them takes effect without anybody hearing.
  std::optional<int> changes_left;
  bool last_takes_effect = false;
  int changes = 0;               // made so far
  std::vector<std::string> log;  // "node: what"
  std::set<std::string> unreachable;
  // What follows from a file that was written or removed. Within the lock.
  std::function<void(const std::string& node, const std::string& path)> when_changed;

  void on(std::string part, Answer answer) { answers_.emplace_back(std::move(part), std::move(answer)); }
  static Result<ProcessResult> says(const std::string& text, int exit_code = 0, const std::string& errors = {}) {
    ProcessResult result;
    result.exit_code = exit_code;
    result.stdout_text = text;
    result.stderr_text = errors;
    return result;
  }
  std::string content(const std::string& node, const std::string& path) {
    const std::lock_guard<std::recursive_mutex> lock(mutex_);
    const auto found = nodes[node].files.find(path);
    return found == nodes[node].files.end() ? "not there" : found->second.content;
  }
  std::vector<std::string> logged(const std::string& part) {
    const std::lock_guard<std::recursive_mutex> lock(mutex_);
    std::vector<std::string> found;
    for (const std::string& line : log)
      if (line.find(part) != std::string::npos) found.push_back(line);
    return found;
  }

  Result<ProcessResult> run(const std::string& node, const std::vector<std::string>& argv, milliseconds,
                            const std::string&, const CancelToken&) override {
    const std::string words = join(argv, " ");
    Answer answer;
    {
      const std::lock_guard<std::recursive_mutex> lock(mutex_);
      GRADUAND_TRY(reach(node));
      log.push_back(node + ": " + words);
      for (auto one = answers_.rbegin(); one != answers_.rend() && !answer; ++one)
        if (words.find(one->first) != std::string::npos) answer = one->second;
    }
    return answer ? answer(node, argv) : says("");
  }
  Result<ProcessResult> run_and_tell(const std::string& node, const std::vector<std::string>& argv, milliseconds limit,
                                     const std::function<void(std::string_view)>& on_line,
                                     const CancelToken& cancel) override {
    auto result = run(node, argv, limit, {}, cancel);
    if (result)
      for (const std::string& line : split(result->stdout_text, '\n')) on_line(line);
    return result;
  }
  Status copy_from(const std::string& node, const std::string& path, const std::filesystem::path& local, milliseconds,
                   const CancelToken&) override {
    GRADUAND_TRY_ASSIGN(const std::string text, read_file(node, path));
    return write_file_atomically(local, text, 0600);
  }
  Result<std::string> read_file(const std::string& node, const std::string& path) override {
    const std::lock_guard<std::recursive_mutex> lock(mutex_);
    GRADUAND_TRY(reach(node));
    const auto found = nodes[node].files.find(path);
    if (found == nodes[node].files.end()) return fail(ErrorKind::kNotFound, "no such file: " + path, node);
    return found->second.content;
  }
  Status write_file(const std::string& node, const std::string& path, std::string_view text,
                    const std::string&) override {
    return change(node, "write " + path, [&] {
      File& file = nodes[node].files.try_emplace(path, File{"", "0600"}).first->second;
      file.content = std::string(text);
      follow(node, path);
    });
  }
  Status copy_file(const std::string& node, const std::string& from, const std::string& to) override {
    const std::lock_guard<std::recursive_mutex> lock(mutex_);
    GRADUAND_TRY(reach(node));
    if (!nodes[node].files.contains(from)) return fail(ErrorKind::kNotFound, "no such file: " + from, node);
    return change(node, "copy " + from + " to " + to, [&] {
      nodes[node].files[to] = nodes[node].files.at(from);
      follow(node, to);
    });
  }
  Status remove_file(const std::string& node, const std::string& path) override {
    return change(node, "remove " + path, [&] {
      if (nodes[node].files.erase(path) != 0) follow(node, path);
    });
  }
  Result<std::vector<std::string>> list_folder(const std::string& node, const std::string& path) override {
    const std::lock_guard<std::recursive_mutex> lock(mutex_);
    GRADUAND_TRY(reach(node));
    std::vector<std::string> names;
    for (const auto& [file, data] : nodes[node].files)
      if (starts_with(file, path + "/")) names.push_back(file.substr(path.size() + 1));
    return names;
  }
  Status copy_to(const std::string& node, const std::filesystem::path&, const std::string& path) override {
    return change(node, "copy here " + path, [&] { nodes[node].files[path] = {"copied"}; });
  }
  Result<std::optional<std::string>> read_etcd_key(const std::string& node, const std::string& key) override {
    const std::lock_guard<std::recursive_mutex> lock(mutex_);
    GRADUAND_TRY(reach(node));
    const auto found = nodes[node].etcd.find(key);
    if (found == nodes[node].etcd.end()) return std::nullopt;
    return found->second;
  }
  Status write_etcd_key(const std::string& node, const std::string& key,
                        const std::optional<std::string>& value) override {
    return change(node, "key " + key, [&] {
      if (value)
        nodes[node].etcd[key] = *value;
      else
        nodes[node].etcd.erase(key);
    });
  }
  // What changes a node in any way counts as one step of the process's life.
  Status change(const std::string& node, const std::string& what, const std::function<void()>& make) {
    const std::lock_guard<std::recursive_mutex> lock(mutex_);
    GRADUAND_TRY(reach(node));
    if (changes_left && *changes_left == 0) {
      if (std::exchange(last_takes_effect, false)) make();
      dead_ = true;
      return reach(node);
    }
    if (changes_left) --*changes_left;
    ++changes;
    log.push_back(node + ": " + what);
    make();
    return {};
  }
  void revive() {
    dead_ = false;
    changes_left.reset();
  }
  bool dead() const { return dead_; }

 private:
  void follow(const std::string& node, const std::string& path) {
    if (when_changed) when_changed(node, path);
  }
  Status reach(const std::string& node) const {
    if (dead_) return fail(ErrorKind::kInfrastructure, "this process is dead", node);
    if (unreachable.contains(node)) return fail(ErrorKind::kInfrastructure, "the node cannot be reached", node);
    return {};
  }

  std::recursive_mutex mutex_;
  std::vector<std::pair<std::string, Answer>> answers_;
  bool dead_ = false;
};

}  // namespace graduand::cluster::testing_support
