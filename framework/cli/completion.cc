// SPDX-License-Identifier: Apache-2.0
#include "framework/base/text.h"
#include "framework/cli/cli.h"

namespace graduand::cli {

namespace {

constexpr const char* kBash = R"(_graduand() {
  local IFS=$'\n'
  COMPREPLY=($(graduand __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _graduand graduand
)";
constexpr const char* kZsh = R"(#compdef graduand
_graduand() {
  local -a found
  found=("${(@f)$(graduand __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "${found[1]}" ]]; then compadd -- "${found[@]}"; else _files; fi
}
compdef _graduand graduand
)";
constexpr const char* kFish =
    R"(complete -c graduand -a '(graduand __complete (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
)";

// The verbs or options that continue the last word; nothing where a value is due, so that the shell offers files.
std::vector<std::string> completions(const CLI::App& root, const std::vector<std::string>& words) {
  const CLI::App* at = &root;
  for (std::size_t i = 0; i + 1 < words.size(); ++i)
    for (const auto* verb : at->get_subcommands([](const CLI::App*) { return true; }))
      if (verb->get_name() == words[i]) {
        at = verb;
        break;
      }
  const std::string last = words.empty() ? std::string{} : words.back();
  std::vector<std::string> found;
  if (starts_with(last, "-")) {
    for (const CLI::App* app = at; app; app = app->get_parent())
      for (const auto* option : app->get_options())
        for (const auto& name : option->get_lnames())
          if (starts_with("--" + name, last)) found.push_back("--" + name);
  } else {
    for (const auto* verb : at->get_subcommands([](const CLI::App*) { return true; }))
      if (!verb->get_group().empty() && starts_with(verb->get_name(), last)) found.push_back(verb->get_name());
  }
  return found;
}

}  // namespace

void add_completion(CLI::App& app, Session& session) {
  auto shell = std::make_shared<std::string>();
  auto* verb = app.add_subcommand("completion", "Print a completion script for a shell");
  verb->add_option("SHELL", *shell, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  verb->footer("\nExample:\n  source <(graduand completion bash)");
  verb->callback([shell, &session] {
    session.action = [shell] {
      print(*shell == "bash" ? kBash : *shell == "zsh" ? kZsh : kFish);
      return static_cast<int>(kOk);
    };
  });
}

int complete(const CLI::App& app, const std::vector<std::string>& words) {
  for (const auto& word : completions(app, words)) print(word + "\n");
  return kOk;
}

}  // namespace graduand::cli
