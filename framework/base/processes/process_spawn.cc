// SPDX-License-Identifier: Apache-2.0
#include "framework/base/processes/process_spawn.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <system_error>

#include "framework/base/files.h"
#include "framework/base/text.h"

namespace graduand {

void OwnedFd::reset() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

namespace {

constexpr int kRecordFd = 3;
// Our descriptors are moved above the numbers that the child's get, so that no dup2 in the child overwrites the
// source of a later one.
constexpr int kFirstFreeFd = 10;

std::string message_of(int code) {
  return std::generic_category().message(code);
}

tl::unexpected<Error> cannot(const std::string& what, int code) {
  const char* hint = code == EMFILE || code == ENFILE ? "raise the limit of open files (ulimit -n)" : "";
  return fail(ErrorKind::kInfrastructure, fmt::format("cannot {}: {}", what, message_of(code)), {}, hint);
}

Result<OwnedFd> moved_up(OwnedFd fd) {
  if (fd.get() >= kFirstFreeFd) return fd;
  OwnedFd higher(fcntl(fd.get(), F_DUPFD_CLOEXEC, kFirstFreeFd));
  if (!higher.open()) return cannot("duplicate a descriptor", errno);
  return higher;
}

struct Pipe {
  OwnedFd ours;
  OwnedFd childs;
};

Result<Pipe> make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return cannot("make a pipe", errno);
  OwnedFd reading(ends[0]), writing(ends[1]);
  // Only our end: a child expects its stdout to block.
  if (fcntl(reading.get(), F_SETFL, O_NONBLOCK) != 0) return cannot("make a pipe non-blocking", errno);
  Pipe pipe;
  GRADUAND_TRY_ASSIGN(pipe.ours, moved_up(std::move(reading)));
  GRADUAND_TRY_ASSIGN(pipe.childs, moved_up(std::move(writing)));
  return pipe;
}

// A memory file holds any amount without anybody having to feed it while the child runs.
Result<OwnedFd> make_stdin(const std::string& data) {
  if (data.empty()) {
    OwnedFd null(open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!null.open()) return cannot("open /dev/null", errno);
    return moved_up(std::move(null));
  }
  OwnedFd memory(memfd_create("stdin", MFD_CLOEXEC));
  if (!memory.open()) return cannot("make a file for the child's stdin", errno);
  std::string_view rest = data;
  while (!rest.empty()) {
    const ssize_t written = ::write(memory.get(), rest.data(), rest.size());
    if (written < 0 && errno != EINTR) return cannot("fill the child's stdin", errno);
    if (written > 0) rest.remove_prefix(static_cast<std::size_t>(written));
  }
  if (lseek(memory.get(), 0, SEEK_SET) != 0) return cannot("rewind the child's stdin", errno);
  return moved_up(std::move(memory));
}

std::vector<std::string> environment_of(const ProcessSpec& spec) {
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (spec.environment.count(std::string(text.substr(0, text.find('=')))) == 0) environment.emplace_back(text);
  }
  for (const auto& [name, value] : spec.environment) environment.push_back(name + "=" + value);
  return environment;
}

std::vector<char*> pointers_to(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (std::string& one : strings) pointers.push_back(one.data());
  pointers.push_back(nullptr);
  return pointers;
}

Result<std::string> program_of(const ProcessSpec& spec) {
  if (spec.argv.empty() || spec.argv[0].empty())
    return fail(ErrorKind::kInternal, "a process was asked for without a program");
  const std::string& name = spec.argv[0];
  // The child changes folder before it executes, so a relative path is made absolute here, where it was meant.
  std::string program = fs::absolute(name).string();
  if (name.find('/') == std::string::npos) program = find_program(name).string();
  if (program.empty() || !fs::exists(program)) {
    return fail(ErrorKind::kNotFound, fmt::format("the program '{}' was not found", name), {},
                name.find('/') == std::string::npos
                    ? fmt::format("install {}, or add its folder to PATH; {} is searched too", name,
                                  (user_cache_dir() / "bin").string())
                    : std::string());
  }
  return program;
}

// posix_spawn's two parameter objects, with their ends of life.
struct SpawnParameters {
  SpawnParameters() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
  }
  ~SpawnParameters() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnParameters(const SpawnParameters&) = delete;
  SpawnParameters& operator=(const SpawnParameters&) = delete;
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
};

void set_own_group_and_default_signals(posix_spawnattr_t& attributes) {
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

}  // namespace

Result<SpawnedChild> spawn_child(const ProcessSpec& spec) {
  GRADUAND_TRY_ASSIGN(const std::string program, program_of(spec));
  std::error_code ignored;
  if (!spec.working_directory.empty() && !fs::is_directory(spec.working_directory, ignored)) {
    return fail(ErrorKind::kInfrastructure, fmt::format("cannot run {}: its working folder is absent", spec.argv[0]),
                spec.working_directory.string());
  }
  GRADUAND_TRY_ASSIGN(OwnedFd in, make_stdin(spec.stdin_data));
  GRADUAND_TRY_ASSIGN(Pipe out, make_pipe());
  GRADUAND_TRY_ASSIGN(Pipe err, make_pipe());
  Pipe record;
  if (spec.on_record_line) {
    GRADUAND_TRY_ASSIGN(record, make_pipe());
  }

  SpawnParameters parameters;
  set_own_group_and_default_signals(parameters.attributes);
  auto* actions = &parameters.actions;
  posix_spawn_file_actions_adddup2(actions, in.get(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(actions, out.childs.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(actions, err.childs.get(), STDERR_FILENO);
  if (spec.on_record_line) posix_spawn_file_actions_adddup2(actions, record.childs.get(), kRecordFd);
  posix_spawn_file_actions_addclosefrom_np(actions, spec.on_record_line ? kRecordFd + 1 : kRecordFd);
  if (!spec.working_directory.empty()) posix_spawn_file_actions_addchdir_np(actions, spec.working_directory.c_str());

  std::vector<std::string> arguments = spec.argv;
  std::vector<std::string> environment = environment_of(spec);
  SpawnedChild child;
  const int code = posix_spawn(&child.pid, program.c_str(), actions, &parameters.attributes,
                               pointers_to(arguments).data(), pointers_to(environment).data());
  if (code != 0) return cannot("run " + program, code);
  // Close-on-exec by itself. The raw call, because glibc 2.36's <sys/pidfd.h> lacks extern "C".
  child.pidfd = OwnedFd(static_cast<int>(syscall(SYS_pidfd_open, child.pid, 0)));
  if (!child.pidfd.open()) {
    const int why = errno;
    kill(-child.pid, SIGKILL);
    while (waitpid(child.pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    return cannot("watch the child process (pidfd_open)", why);
  }
  child.out = std::move(out.ours);
  child.err = std::move(err.ours);
  child.record = std::move(record.ours);
  return child;
}

bool group_has_live_member(pid_t group) {
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator("/proc", failed)) {
    const std::string name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const auto stat = read_file(entry.path() / "stat", 4096);
    if (!stat) continue;  // it has just ended
    // "pid (name) state ppid pgrp ..."; the name may contain anything, so the last ')' counts.
    const std::size_t end_of_name = stat->rfind(')');
    if (end_of_name == std::string::npos) continue;
    const auto fields = split(trim(std::string_view(*stat).substr(end_of_name + 1)), ' ');
    if (fields.size() > 2 && fields[0] != "Z" && fields[0] != "X" && fields[2] == std::to_string(group)) return true;
  }
  return false;
}

}  // namespace graduand
