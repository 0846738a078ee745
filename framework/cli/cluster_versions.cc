// SPDX-License-Identifier: Apache-2.0
#include "framework/cli/cli.h"
#include "framework/cli/cluster_transition.h"
#include "framework/profile/profile_transitions.h"

namespace graduand::cli {

namespace {

using catalogue::TransitionKind;

struct Options {
  TransitionArguments transition;
  std::string version;
  catalogue::TransitionRequest request;
};

int change_version(const Options& options) {
  auto version = catalogue::KubeVersion::parse(options.version);
  if (version && version->patch < 0)
    version = fail(ErrorKind::kUsage, "'" + options.version + "' is no full version such as v1.34.3");
  if (!version) return report_error(version.error());
  auto request = options.request;
  request.version = *std::move(version);
  return make_transition(options.transition, request);
}

struct Verb {
  CLI::App* app;
  std::shared_ptr<Options> options;
};

Verb add_verb(CLI::App& cluster, const char* name, TransitionKind kind, const char* description) {
  Verb verb{cluster.add_subcommand(name, description), std::make_shared<Options>()};
  verb.options->request.kind = kind;
  add_transition_arguments(*verb.app, verb.options->transition);
  return verb;
}

Verb add_version_verb(CLI::App& cluster, Session& session, const char* name, TransitionKind kind,
                      const char* description) {
  Verb verb = add_verb(cluster, name, kind, description);
  verb.app->add_option("VERSION", verb.options->version, "A version, such as v1.34.3")->required()->type_name("");
  verb.app->callback(
      [&session, options = verb.options] { session.action = [options] { return change_version(*options); }; });
  return verb;
}

}  // namespace

void add_cluster_versions(CLI::App& cluster, Session& session) {
  const auto upgrade = add_version_verb(cluster, session, "upgrade", TransitionKind::kUpgrade,
                                        "Upgrade a running cluster by one minor version, with kubeadm");
  upgrade.app->add_flag("--control-plane-only", upgrade.options->request.control_plane_only, "The kubelets stay");
  upgrade.app->footer(
      "\nA snapshot of etcd is saved before. What does not converge is put back as it was.\n"
      "\nExample:\n  graduand cluster upgrade gr-1a2b3c4d-on v1.34.3");

  const auto downgrade = add_version_verb(cluster, session, "downgrade", TransitionKind::kDowngrade,
                                          "Bring a running cluster back by one minor version");
  downgrade.app->add_flag("--control-plane-only", downgrade.options->request.control_plane_only, "The kubelets stay");
  downgrade.app->add_flag("--restore-etcd", downgrade.options->request.restore_etcd,
                          "Also put the snapshot back that the upgrade saved; what was written since is lost");
  downgrade.app->footer(
      "\nNeither Kubernetes nor kubeadm supports this: components are replaced by their images, in reverse order.\n"
      "\nExample:\n  graduand cluster downgrade gr-1a2b3c4d-on v1.33.13");

  const auto kubelet = add_version_verb(cluster, session, "kubelet", TransitionKind::kSwapKubelet,
                                        "Replace kubelets of a running cluster by those of another version");
  add_node_argument(*kubelet.app, kubelet.options->request.node);
  kubelet.app->footer(
      "\nA kubelet that does not come back is put back as it was.\n"
      "\nExample:\n  graduand cluster kubelet gr-1a2b3c4d-on v1.33.13 --node worker");

  const auto restart =
      add_verb(cluster, "restart", TransitionKind::kRestart, "Restart a component of a running cluster");
  restart.app->add_option("COMPONENT", restart.options->request.component, "Such as kube-scheduler")
      ->required()
      ->type_name("")
      ->check(CLI::IsMember(profile::restartable_components()));
  add_node_argument(*restart.app, restart.options->request.node);
  restart.app->footer("\nExample:\n  graduand cluster restart gr-1a2b3c4d-on kube-apiserver");
  restart.app->callback([&session, options = restart.options] {
    session.action = [options] { return make_transition(options->transition, options->request); };
  });
}

}  // namespace graduand::cli
