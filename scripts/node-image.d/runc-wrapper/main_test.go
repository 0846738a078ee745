// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"testing"
)

func fileWith(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func content(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestCreateRestrictsTheBundle(t *testing.T) {
	path := fileWith(t, "config.json", `{"big":9007199254740993,"process":{"capabilities":{"bounding":["CAP_SYS_RESOURCE",`+
		`"CAP_KILL"]},"oomScoreAdj":-500,"rlimits":[{"type":"RLIMIT_NOFILE"}]}}`)
	for _, arguments := range [][]string{
		{"--root", "/run/create", "--log-format=json", "create", "--bundle", filepath.Dir(path), "id"},
		{"run", "-b", filepath.Dir(path), "id"},
		{"--debug", "run", "--bundle=" + filepath.Dir(path), "id"},
	} {
		if err := prepare(arguments); err != nil {
			t.Fatal(err)
		}
		want := `{"big":9007199254740993,"process":{"capabilities":{"bounding":["CAP_KILL"]},"oomScoreAdj":0}}`
		if got := content(t, path); got != want {
			t.Errorf("%v: got %s", arguments, got)
		}
	}
}

func TestExecRestrictsTheProcess(t *testing.T) {
	path := fileWith(t, "process.json", `{"capabilities":{"effective":["CAP_SYS_RESOURCE"]},"oomScoreAdj":100}`)
	if err := prepare([]string{"exec", "--process", path, "id"}); err != nil {
		t.Fatal(err)
	}
	if got, want := content(t, path), `{"capabilities":{"effective":[]},"oomScoreAdj":100}`; got != want {
		t.Errorf("got %s", got)
	}
}

func TestOtherSubcommandsReadNothing(t *testing.T) {
	for _, arguments := range [][]string{{}, {"--version"}, {"delete", "--force", "id"}, {"exec", "id", "sh", "-c", "true"}} {
		if err := prepare(arguments); err != nil {
			t.Errorf("%v: %v", arguments, err)
		}
	}
}

func TestABundleThatIsNotThereIsAnError(t *testing.T) {
	if prepare([]string{"create", "--bundle", filepath.Join(t.TempDir(), "none"), "id"}) == nil {
		t.Error("no error")
	}
}
