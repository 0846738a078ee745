// SPDX-License-Identifier: Apache-2.0

// Package faults is a small Ginkgo suite that behaves like Kubernetes' e2e.test on its command line, and whose specs
// end in every way that a spec can end. The driver's tests run it without a cluster.
package faults

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/reporters"
	"github.com/onsi/gomega"
)

// What the flags of e2e.test that matter to a harness say here.
var options struct {
	provider, kubeconfig, kubeContext, reportDir string
	version, listImages                          bool
}

// fromEnvironment gives the value of a variable, or `otherwise` when it is not set.
func fromEnvironment(name, otherwise string) string {
	if value, set := os.LookupEnv(name); set {
		return value
	}
	return otherwise
}

func registerFlags() {
	flag.StringVar(&options.provider, "provider", "", "accepted, as e2e.test does; only skeleton and local are known")
	flag.StringVar(&options.kubeconfig, "kubeconfig", os.Getenv("KUBECONFIG"), "accepted; no cluster is asked")
	flag.StringVar(&options.kubeContext, "context", "", "accepted; no cluster is asked")
	flag.StringVar(&options.reportDir, "report-dir", "", "the folder that gets junit_01.xml")
	flag.BoolVar(&options.version, "version", false, "print the version (FAULTS_VERSION, default v1.34.3) and end")
	flag.BoolVar(&options.listImages, "list-images", false, "print the images (FAULTS_IMAGES, separated by commas) and end")
}

// answer prints what was asked for instead of running, and says whether something was.
func answer() bool {
	switch {
	case options.version:
		fmt.Println(fromEnvironment("FAULTS_VERSION", "v1.34.3"))
	case options.listImages:
		images := fromEnvironment("FAULTS_IMAGES", "registry.k8s.io/pause:3.10.1,registry.example/faults/nowhere:1.0")
		for _, image := range strings.FieldsFunc(images, func(r rune) bool { return r == ',' }) {
			fmt.Println(image)
		}
	default:
		return false
	}
	return true
}

func TestMain(m *testing.M) {
	registerFlags()
	flag.Parse()
	if answer() {
		os.Exit(0)
	}
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "unknown additional command line arguments: %s", flag.Args())
		os.Exit(1)
	}
	switch options.provider {
	case "", "skeleton", "local":
	default:
		fmt.Fprintf(os.Stderr, "Unknown provider %q\n", options.provider)
		os.Exit(1)
	}
	if options.reportDir != "" {
		ginkgo.ReportAfterSuite("JUnit report", func(report ginkgo.Report) {
			gomega.Expect(os.MkdirAll(options.reportDir, 0o777)).To(gomega.Succeed())
			gomega.Expect(reporters.GenerateJUnitReport(report, filepath.Join(options.reportDir, "junit_01.xml"))).To(gomega.Succeed())
		})
	}
	code := m.Run()
	spoilReport(os.Getenv("FAULTS_REPORT"))
	os.Exit(code)
}

// The suite's description comes before each spec's text when Ginkgo matches a focus: "Faults suite" alone matches all.
func TestFaults(t *testing.T) {
	gomega.RegisterFailHandler(ginkgo.Fail)
	suite, reporter := ginkgo.GinkgoConfiguration()
	suite.RandomizeAllSpecs = true
	// As e2e.test: flaky specs and those of special features run only when a focus, skip or filter is given.
	if len(suite.FocusStrings) == 0 && len(suite.SkipStrings) == 0 && suite.LabelFilter == "" {
		suite.SkipStrings = []string{`\[Flaky\]|\[Feature:.+\]`}
	}
	ginkgo.RunSpecs(t, "Faults suite", suite, reporter)
}
