// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func list(t *testing.T, version, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "list.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return version + "=" + path
}

const oldList = `
- name: Stays
  versionedSpecs:
  - {default: false, lockToDefault: false, preRelease: Alpha, version: "1.9"}
- name: Goes
  versionedSpecs:
  - {default: true, lockToDefault: true, preRelease: GA, version: "1.2"}
`

const newList = `
- name: Stays
  versionedSpecs:
  - {default: true, lockToDefault: false, preRelease: Beta, version: "1.10"}
  - {default: false, lockToDefault: false, preRelease: Alpha, version: "1.9"}
`

func TestTheNewestListWinsAndAGateThatWentSaysWhen(t *testing.T) {
	var out strings.Builder
	arguments := []string{list(t, "v1.11.1", newList), list(t, "v1.9.3", oldList), list(t, "v1.12.0", newList)}
	if err := run(arguments, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"versions": ["1.9", "1.11", "1.12"]`,
		`"Goes": {"specs":[{"version":"1.2","default":true,"locked":true,"stage":"GA"}],"removed_in":"1.11"},`,
		`"Stays": {"specs":[{"version":"1.9","default":false,"locked":false,"stage":"Alpha"},` +
			`{"version":"1.10","default":true,"locked":false,"stage":"Beta"}],"removed_in":null}`,
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %s in\n%s", want, out.String())
		}
	}
}

func TestListsThatCannotBeTrustedAreRefused(t *testing.T) {
	for name, text := range map[string]string{
		"twice":    oldList + oldList,
		"stage":    strings.ReplaceAll(oldList, "Alpha", "Gamma"),
		"no specs": "- name: Empty\n",
	} {
		if run([]string{list(t, "v1.9.3", text)}, &strings.Builder{}) == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if run(nil, &strings.Builder{}) == nil {
		t.Error("nothing given: no error")
	}
}
