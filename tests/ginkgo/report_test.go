// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"

	"github.com/onsi/ginkgo/v2/types"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "FAULTS_REPORT:", err)
		os.Exit(99)
	}
}

// ran says whether a report is of a spec that was begun: not of a suite's node, nor of one pending or filtered out.
func ran(report types.SpecReport) bool {
	return report.LeafNodeType == types.NodeTypeIt && report.NumAttempts > 0
}

// spoilReport changes the JSON report that was just written: absent, empty, truncated (its first half), garbage,
// zero (no spec that ran), two (each spec that ran is in it twice) or none (no suite at all).
func spoilReport(how string) {
	file := flag.Lookup("ginkgo.json-report").Value.String()
	if how == "" || file == "" {
		return
	}
	content, err := os.ReadFile(file)
	check(err)
	switch how {
	case "absent":
		check(os.Remove(file))
		return
	case "empty":
		content = nil
	case "truncated":
		content = content[:len(content)/2]
	case "garbage":
		content = []byte("\x00\xff this is not JSON")
	case "none":
		content = []byte("[]")
	case "zero", "two":
		content = withCopies(content, map[string]int{"zero": 0, "two": 2}[how])
	default:
		check(fmt.Errorf("%q is not known", how))
	}
	check(os.WriteFile(file, content, 0o666))
}

func withCopies(content []byte, copies int) []byte {
	var reports []types.Report
	check(json.Unmarshal(content, &reports))
	for i := range reports {
		var kept types.SpecReports
		for _, spec := range reports[i].SpecReports {
			if !ran(spec) {
				kept = append(kept, spec)
				continue
			}
			for range copies {
				kept = append(kept, spec)
			}
		}
		reports[i].SpecReports = kept
	}
	changed, err := json.MarshalIndent(reports, "", "  ")
	check(err)
	return changed
}
