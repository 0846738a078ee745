// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "framework/base/processes/process.h"

namespace graduand::cluster::testing_support {

// Docker as the provider and the doctor ask it, with answers in the shape of the real ones.
class FakeDocker {
 public:
  FakeDocker() {
    runner.on({"docker", "info"}, [this](const auto&) { return running ? ok(info) : broken(no_daemon); });
    runner.on({"docker", "image", "inspect"}, [this](const ProcessSpec& spec) {
      return spec.argv.back() == image ? ok(image_json) : broken("Error: No such image: " + spec.argv.back());
    });
    runner.on({"docker", "pull"},
              [](const auto&) { return broken("dial tcp: lookup registry-1.docker.io: no such host"); });
    runner.on({"docker", "ps"}, [this](const auto&) { return running ? ok(containers) : broken(no_daemon); });
    runner.on({"docker", "container", "inspect"}, [this](const auto&) { return ok(container_json); });
  }

  static Result<ProcessResult> ok(const std::string& text) {
    ProcessResult result;
    result.exit_code = 0;
    result.stdout_text = text;
    return result;
  }
  static Result<ProcessResult> broken(const std::string& text) {
    ProcessResult result;
    result.exit_code = 1;
    result.stderr_text = text;
    return result;
  }

  // One more container of a kind cluster, named after its role when it has no name.
  void add_node(const std::string& cluster, const std::string& role, bool up = true, std::string name = "") {
    if (name.empty()) name = cluster + "-" + role;
    containers += name + "\n";
    if (container_json == "[]") container_json = "[";
    if (container_json.back() == ']') container_json.back() = ',';
    container_json += R"({"Name":"/)" + name + R"(","State":{"Running":)" + (up ? "true" : "false") + R"(,"Status":")" +
                      (up ? "running" : "exited") + R"(","OOMKilled":false,"ExitCode":)" + (up ? "0" : "137") +
                      R"(,"StartedAt":"2026-11-21T04:10:00Z"},"Config":{"Image":"kindest/node:v1.34.3","Labels":{)" +
                      R"("io.x-k8s.kind.cluster":")" + cluster + R"(","io.x-k8s.kind.role":")" + role + R"("}}}])";
  }

  FakeProcessRunner runner;
  bool running = true;
  std::string info = R"({"ServerVersion":"20.10.24","Driver":"overlay2","DockerRootDir":"/","DefaultRuntime":"runc"})";
  std::string no_daemon = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock.";
  std::string image = "kindest/node:v1.34.3";
  std::string image_json = R"([{"Id":"sha256:ab","RepoDigests":["kindest/node@sha256:cd"],"Config":{"Labels":null}}])";
  std::string containers;
  std::string container_json = "[]";
};

}  // namespace graduand::cluster::testing_support
