// SPDX-License-Identifier: Apache-2.0

// Command graduand-runc is an OCI runtime for hosts whose bounding set lacks CAP_SYS_RESOURCE, where runc cannot start
// a privileged container. It takes out of the container's configuration what needs that capability (the capability
// itself, resource limits, a negative OOM score adjustment) and then becomes runc with the arguments it was given.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

const missingCapability = "CAP_SYS_RESOURCE"

type object = map[string]any

func main() {
	arguments := os.Args[1:]
	if err := prepare(arguments); err != nil {
		fmt.Fprintln(os.Stderr, "graduand-runc:", err)
		os.Exit(1)
	}
	runc, err := findRunc()
	if err != nil {
		fmt.Fprintln(os.Stderr, "graduand-runc:", err)
		os.Exit(1)
	}
	err = syscall.Exec(runc, append([]string{runc}, arguments...), os.Environ())
	fmt.Fprintf(os.Stderr, "graduand-runc: cannot execute %s: %v\n", runc, err)
	os.Exit(1)
}

func findRunc() (string, error) {
	if path, err := exec.LookPath("runc"); err == nil {
		return path, nil
	}
	for _, path := range []string{"/usr/bin/runc", "/usr/sbin/runc", "/usr/local/sbin/runc", "/usr/local/bin/runc"} {
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("runc is not installed")
}

// prepare edits the file that the subcommand is about to read, where it reads one.
func prepare(arguments []string) error {
	subcommand, rest := split(arguments)
	switch subcommand {
	case "create", "run":
		bundle := option(rest, "bundle", "b")
		return rewrite(filepath.Join(bundle, "config.json"), func(spec object) {
			if process, ok := spec["process"].(object); ok {
				restrict(process)
			}
		})
	case "exec":
		if file := option(rest, "process", "p"); file != "" {
			return rewrite(file, restrict)
		}
	}
	return nil
}

// split finds runc's subcommand behind its global options.
func split(arguments []string) (string, []string) {
	withValue := map[string]bool{"log": true, "log-format": true, "root": true, "criu": true, "rootless": true}
	for i := 0; i < len(arguments); i++ {
		if !strings.HasPrefix(arguments[i], "-") {
			return arguments[i], arguments[i+1:]
		}
		if withValue[strings.TrimLeft(arguments[i], "-")] {
			i++
		}
	}
	return "", nil
}

// option returns the value of --long, --long=, -short in the arguments, or nothing.
func option(arguments []string, long, short string) string {
	for i, argument := range arguments {
		name, value, joined := strings.Cut(strings.TrimLeft(argument, "-"), "=")
		if !strings.HasPrefix(argument, "-") || (name != long && name != short) {
			continue
		}
		if joined {
			return value
		}
		if i+1 < len(arguments) {
			return arguments[i+1]
		}
	}
	return ""
}

// restrict takes out of a process what a host without the capability cannot grant.
func restrict(process object) {
	if sets, ok := process["capabilities"].(object); ok {
		for name, set := range sets {
			sets[name] = without(set, missingCapability)
		}
	}
	delete(process, "rlimits")
	if score, ok := process["oomScoreAdj"].(json.Number); ok && strings.HasPrefix(score.String(), "-") {
		process["oomScoreAdj"] = 0
	}
}

func without(set any, name string) any {
	list, ok := set.([]any)
	if !ok {
		return set
	}
	kept := make([]any, 0, len(list))
	for _, item := range list {
		if item != name {
			kept = append(kept, item)
		}
	}
	return kept
}

// rewrite applies an edit to a JSON file. Numbers keep their spelling, and the file its mode and inode.
func rewrite(path string, edit func(object)) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	content := object{}
	if err := decoder.Decode(&content); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	edit(content)
	if text, err = json.Marshal(content); err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}
