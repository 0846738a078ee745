// SPDX-License-Identifier: Apache-2.0

// Command update-feature-gates prints the feature gates of several Kubernetes releases as one JSON document.
// Each argument is RELEASE=FILE, such as v1.34.3=/path/versioned_feature_list.yaml.
package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/yaml"
)

const listPath = "test/compatibility_lifecycle/reference/versioned_feature_list.yaml"

// listed is an entry of a release's list.
type listed struct {
	Name  string `json:"name"`
	Specs []struct {
		Default bool   `json:"default"`
		Locked  bool   `json:"lockToDefault"`
		Stage   string `json:"preRelease"`
		Version string `json:"version"`
	} `json:"versionedSpecs"`
}

// spec is what became of a gate in one minor version.
type spec struct {
	Version string `json:"version"`
	Default bool   `json:"default"`
	Locked  bool   `json:"locked"`
	Stage   string `json:"stage"`
}

type gate struct {
	Specs     []spec  `json:"specs"`
	RemovedIn *string `json:"removed_in"`
}

type release struct {
	name  string // v1.34.3
	minor string // 1.34
	gates map[string]gate
}

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "update-feature-gates:", err)
		os.Exit(1)
	}
}

func run(arguments []string, out io.Writer) error {
	var releases []release
	for _, argument := range arguments {
		name, file, found := strings.Cut(argument, "=")
		if !found {
			return fmt.Errorf("%q is not RELEASE=FILE", argument)
		}
		r, err := read(name, file)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		releases = append(releases, r)
	}
	if len(releases) == 0 {
		return errors.New("no release was given")
	}
	slices.SortFunc(releases, func(a, b release) int { return compare(a.minor, b.minor) })
	return write(out, releases, merge(releases))
}

func read(name, file string) (release, error) {
	parts := strings.Split(strings.TrimPrefix(name, "v"), ".")
	if len(parts) != 3 {
		return release{}, fmt.Errorf("%q is not a version such as v1.34.3", name)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return release{}, err
	}
	var entries []listed
	if err := yaml.Unmarshal(text, &entries); err != nil {
		return release{}, err
	}
	r := release{name: name, minor: parts[0] + "." + parts[1], gates: map[string]gate{}}
	for _, entry := range entries {
		converted, err := convert(entry)
		if err != nil {
			return release{}, fmt.Errorf("%s: %w", entry.Name, err)
		}
		if _, twice := r.gates[entry.Name]; twice || entry.Name == "" {
			return release{}, fmt.Errorf("gate %q is listed twice, or has no name", entry.Name)
		}
		r.gates[entry.Name] = converted
	}
	return r, nil
}

func convert(entry listed) (gate, error) {
	var g gate
	for _, s := range entry.Specs {
		stage := s.Stage
		if stage == "" {
			stage = "GA" // upstream's constant for GA is the empty string
		}
		if !slices.Contains([]string{"Alpha", "Beta", "GA", "Deprecated"}, stage) {
			return gate{}, fmt.Errorf("unknown stage %q", stage)
		}
		g.Specs = append(g.Specs, spec{Version: s.Version, Default: s.Default, Locked: s.Locked, Stage: stage})
	}
	if len(g.Specs) == 0 {
		return gate{}, errors.New("no specs")
	}
	slices.SortStableFunc(g.Specs, func(a, b spec) int { return compare(a.Version, b.Version) })
	return g, nil
}

// merge takes each gate from the newest release that lists it; releases are in ascending order.
func merge(releases []release) map[string]gate {
	gates := map[string]gate{}
	for i, r := range releases {
		for name, g := range r.gates {
			if i+1 < len(releases) {
				if _, kept := releases[i+1].gates[name]; !kept {
					g.RemovedIn = &releases[i+1].minor
				}
			}
			gates[name] = g
		}
	}
	return gates
}

// write prints one gate per line, so that a change of one gate is a change of one line.
func write(out io.Writer, releases []release, gates map[string]gate) error {
	var text strings.Builder
	var names, minors []string
	for _, r := range releases {
		names = append(names, r.name)
		minors = append(minors, strconv.Quote(r.minor))
	}
	fmt.Fprintf(&text, "{\"source\": \"k8s.io/kubernetes %s %s\",\n", strings.Join(names, " "), listPath)
	fmt.Fprintf(&text, " \"versions\": [%s],\n \"gates\": {", strings.Join(minors, ", "))
	keys := make([]string, 0, len(gates))
	for name := range gates {
		keys = append(keys, name)
	}
	slices.Sort(keys)
	for i, name := range keys {
		line, err := json.Marshal(gates[name])
		if err != nil {
			return err
		}
		if i > 0 {
			text.WriteString(",")
		}
		fmt.Fprintf(&text, "\n%q: %s", name, line)
	}
	text.WriteString("\n}}\n")
	_, err := io.WriteString(out, text.String())
	return err
}

// compare orders minor versions such as 1.9 and 1.10.
func compare(a, b string) int {
	left, right := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(left), len(right)) {
		x, _ := strconv.Atoi(left[i])
		y, _ := strconv.Atoi(right[i])
		if x != y {
			return cmp.Compare(x, y)
		}
	}
	return cmp.Compare(len(left), len(right))
}
