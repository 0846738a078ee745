// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"fmt"
	"os"

	"github.com/onsi/ginkgo/v2"
)

// misbehave does what the variable asks of the whole suite: fail, skip, panic, exit (with status 7) or hang.
func misbehave(ctx ginkgo.SpecContext, variable string) {
	switch how := os.Getenv(variable); how {
	case "":
	case "fail":
		ginkgo.Fail(fmt.Sprintf("%s asks the suite to fail", variable))
	case "skip":
		ginkgo.Skip(fmt.Sprintf("%s asks the suite to skip", variable))
	case "panic":
		panic(fmt.Sprintf("%s asks the suite to panic", variable))
	case "exit":
		os.Exit(7)
	case "hang":
		<-ctx.Done()
	default:
		ginkgo.Fail(fmt.Sprintf("%s=%s is not known", variable, how))
	}
}

var _ = ginkgo.SynchronizedBeforeSuite(
	func(ctx ginkgo.SpecContext) []byte {
		fmt.Fprintln(ginkgo.GinkgoWriter, "before the suite, once")
		misbehave(ctx, "FAULTS_BEFORE_SUITE")
		return nil
	},
	func(ctx ginkgo.SpecContext, _ []byte) { misbehave(ctx, "FAULTS_BEFORE_SUITE_EACH") })

var _ = ginkgo.SynchronizedAfterSuite(
	func(ginkgo.SpecContext) {},
	func(ctx ginkgo.SpecContext) { misbehave(ctx, "FAULTS_AFTER_SUITE") })
