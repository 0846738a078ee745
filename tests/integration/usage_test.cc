// SPDX-License-Identifier: Apache-2.0
// What a user sees who writes something wrong: the message, the hint, the exit code, and how soon.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/program.h"

namespace graduand {
namespace {

using testing::HasSubstr;
using testing_support::Program;
using testing_support::program_with_faults;

class Usage : public testing::Test {
 protected:
  TempDir dir_ = TempDir::create("usage").value();
  Program program_ = program_with_faults(dir_.path());

  // Runs `run --profile` on a profile with this text, and expects exit code 2 within two seconds.
  std::string refused(const std::string& profile) {
    const auto path = program_.write("p.yaml", profile);
    const auto result = program_.run({"run", "--profile", path.string()});
    EXPECT_EQ(result.exit_code, 2) << result.stderr_text;
    EXPECT_LT(result.wall, seconds(2));
    EXPECT_FALSE(fs::exists(dir_.path() / "graduand-runs")) << "nothing may be started";
    return result.stderr_text;
  }
};

TEST_F(Usage, HelpNamesEveryVerbAndTheExitCodes) {
  const auto result = program_.run({"--help"});
  EXPECT_EQ(result.exit_code, 0);
  for (const char* verb :
       {"doctor", "cluster", "suites", "run", "flakes", "judge", "mark", "ingest", "report", "completion"})
    EXPECT_THAT(result.stdout_text, HasSubstr(verb));
  EXPECT_THAT(result.stdout_text, HasSubstr("130 interrupted"));
}

TEST_F(Usage, EveryVerbHasHelpWithAnExample) {
  for (const char* verb : {"doctor", "run", "flakes", "judge", "ingest", "report", "completion"}) {
    const auto result = program_.run({verb, "--help"});
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_THAT(result.stdout_text, HasSubstr("Example")) << verb;
  }
}

TEST_F(Usage, AMistypedVerbOrOptionIsAnsweredWithTheNearestOne) {
  const auto verb = program_.run({"jugde"});
  EXPECT_EQ(verb.exit_code, 2);
  EXPECT_THAT(verb.stderr_text, HasSubstr("did you mean 'judge'?"));
  const auto option = program_.run({"run", "--profil", "x"});
  EXPECT_EQ(option.exit_code, 2);
  EXPECT_THAT(option.stderr_text, HasSubstr("did you mean '--profile'?"));
}

TEST_F(Usage, CompletionOffersVerbsAndOptions) {
  EXPECT_THAT(program_.run({"__complete", "jud"}).stdout_text, testing::StrEq("judge\n"));
  EXPECT_THAT(program_.run({"__complete", "cluster", ""}).stdout_text, HasSubstr("kubeconfig\n"));
  for (const char* verb : {"gates\n", "upgrade\n", "downgrade\n", "kubelet\n", "restart\n"})
    EXPECT_THAT(program_.run({"__complete", "cluster", ""}).stdout_text, HasSubstr(verb));
  EXPECT_THAT(program_.run({"__complete", "report", "--as"}).stdout_text, testing::StrEq("--as-of\n"));
  EXPECT_THAT(program_.run({"__complete", "run", "--label-f"}).stdout_text, testing::StrEq("--label-filter\n"));
}

TEST_F(Usage, AnUnknownKeyIsShownWithItsPlaceAndTheNearestOne) {
  const auto text = refused("name: x\nkubernetes: v1.33.13\ngates:\n  PodLifecycleSleepAction: true\nmatirx: []\n");
  EXPECT_THAT(text, HasSubstr("p.yaml:5:1"));
  EXPECT_THAT(text, HasSubstr("did you mean 'matrix'?"));
}

TEST_F(Usage, ADuplicateKeyAWrongTypeAndGarbageAreRefused) {
  EXPECT_THAT(refused("name: x\nkubernetes: v1.33.13\nname: y\n"), HasSubstr("p.yaml:3:1"));
  EXPECT_THAT(refused("name: x\nkubernetes: v1.33.13\ngates: {PodLifecycleSleepAction: sure}\n"),
              HasSubstr("p.yaml:3:"));
  EXPECT_THAT(refused("name: [x\n"), HasSubstr("p.yaml:"));
}

TEST_F(Usage, HostileYamlIsRefusedAtOnce) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    const auto previous = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + previous;
    for (int k = 0; k < 9; ++k) bomb += ", " + previous;
    bomb += "]\n";
  }
  refused(bomb);
  std::string aliases = "a: &a 1\nb: [";
  for (int i = 0; i < 200000; ++i) aliases += "*a, ";
  refused(aliases + "*a]\n");
  refused("a: &a [*a]\n");
  refused(std::string(20000, '['));
  refused("name: " + std::string(100u << 20, 'x') + "\n");
}

TEST_F(Usage, AnUnknownAndALockedGateAreNamedBeforeAnythingIsCreated) {
  const auto unknown = refused("name: x\nkubernetes: v1.33.13\ngates: {PodLifecycleSleepActoin: true}\n");
  EXPECT_THAT(unknown, HasSubstr("PodLifecycleSleepActoin"));
  EXPECT_THAT(unknown, HasSubstr("PodLifecycleSleepAction'?"));
  const auto locked = refused("name: x\nkubernetes: v1.34.3\ngates: {PodLifecycleSleepAction: false}\n");
  EXPECT_THAT(locked, HasSubstr("PodLifecycleSleepAction"));
  EXPECT_THAT(locked, HasSubstr("locked"));
}

TEST_F(Usage, VersionsAndComponentsOfARunningClusterAreCheckedFirst) {
  for (const char* verb : {"upgrade", "downgrade", "kubelet"}) {
    const auto minor = program_.run({"cluster", verb, "gr-none", "v1.34"});
    EXPECT_EQ(minor.exit_code, 2);
    EXPECT_THAT(minor.stderr_text, HasSubstr("'v1.34' is no full version such as v1.34.3"));
    EXPECT_THAT(program_.run({"cluster", verb, "--help"}).stdout_text, HasSubstr("Example"));
    EXPECT_THAT(program_.run({"cluster", verb, "gr-none", "v1.34.3"}).stderr_text, HasSubstr("gr-none"));
  }
  const auto component = program_.run({"cluster", "restart", "gr-none", "kube-schedular"});
  EXPECT_EQ(component.exit_code, 2);
  EXPECT_THAT(component.stderr_text, HasSubstr("kube-scheduler"));
}

TEST_F(Usage, AGateWithoutAValueOrAClusterThatIsNotOursIsRefused) {
  const auto without = program_.run({"cluster", "gates", "gr-none", "PodLifecycleSleepAction"});
  EXPECT_EQ(without.exit_code, 2);
  EXPECT_THAT(without.stderr_text, HasSubstr("such as PodLifecycleSleepAction=false"));
  const auto unknown = program_.run({"cluster", "gates", "gr-none", "PodLifecycleSleepAction=false"});
  EXPECT_NE(unknown.exit_code, 0);
  EXPECT_THAT(unknown.stderr_text, HasSubstr("gr-none"));
}

TEST_F(Usage, AMissingProfileAndASelectionOfNothingSayWhatToDo) {
  const auto missing = program_.run({"run", "--profile", "absent.yaml"});
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_THAT(missing.stderr_text, HasSubstr("absent.yaml"));
  const auto profile = program_.no_cluster_profile();
  const auto nothing = program_.run({"run", "--profile", profile.string(), "--label-filter", "no-such-label"});
  EXPECT_EQ(nothing.exit_code, 3);
  EXPECT_THAT(nothing.stderr_text, HasSubstr("graduand suites list"));
  const auto broken = program_.run({"run", "--profile", profile.string(), "--label-filter", "a && (b"});
  EXPECT_EQ(broken.exit_code, 2);
}

TEST_F(Usage, APeriodicRunMustNameItsJob) {
  const auto profile = program_.no_cluster_profile();
  const auto result = program_.run({"run", "--profile", profile.string(), "--trigger", "periodic"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.stderr_text, HasSubstr("--job"));
}

TEST_F(Usage, AKubeconfigWithABrokenCertificateNamesItsEntry) {
  program_.write(
      "kubeconfig",
      "apiVersion: v1\nkind: Config\ncurrent-context: c\n"
      "contexts: [{name: c, context: {cluster: k, user: u}}]\n"
      "clusters: [{name: k, cluster: {server: 'https://127.0.0.1:1', certificate-authority-data: bm90IGEgcGVt}}]\n"
      "users: [{name: u, user: {token: secret-token}}]\n");
  const auto profile = program_.write(
      "existing.yaml", "name: e\nprovider: existing\nkubernetes: v1.33\nkubeconfig: kubeconfig\ncontext: c\n");
  const auto result = program_.run({"run", "--profile", profile.string()});
  EXPECT_EQ(result.exit_code, 2) << result.stderr_text;
  EXPECT_THAT(result.stderr_text, HasSubstr("certificate-authority-data"));
  EXPECT_THAT(result.stderr_text, testing::Not(HasSubstr("secret-token")));
}

TEST_F(Usage, WithoutDockerDoctorAndRunSayHowToMendIt) {
  program_.set_environment("DOCKER_HOST", "unix:///nonexistent/docker.sock");
  const auto doctor = program_.run({"doctor"});
  EXPECT_EQ(doctor.exit_code, 5);
  EXPECT_THAT(doctor.stdout_text, HasSubstr("fix:"));
  const auto profile = program_.write("k.yaml", "name: k\nkubernetes: v1.33.13\n");
  const auto run = program_.run({"run", "--profile", profile.string()});
  EXPECT_EQ(run.exit_code, 5) << run.stderr_text;
  EXPECT_THAT(run.stderr_text, HasSubstr("ocker"));
  EXPECT_THAT(run.stderr_text, HasSubstr("hint:"));
}

}  // namespace
}  // namespace graduand
