// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"fmt"
	"os"

	"github.com/onsi/ginkgo/v2"
)

// Tags in names and labels beside them, as Kubernetes' framework writes both.
var _ = ginkgo.Describe("[sig-node] Sleeper", ginkgo.Label("sig-node"), func() {
	pass := func() {}
	ginkgo.Context("[FeatureGate:FaultsAlpha] [Alpha] [Feature:OffByDefault] with an alpha gate",
		ginkgo.Label("FeatureGate:FaultsAlpha", "Alpha", "Feature:OffByDefault"), func() {
			ginkgo.It("sleeps", pass)
			ginkgo.It("sleeps long [Slow]", ginkgo.Label("Slow"), pass)
		})
	ginkgo.Context("[FeatureGate:FaultsBeta] [Beta] with a beta gate", ginkgo.Label("FeatureGate:FaultsBeta", "Beta"), func() {
		ginkgo.It("sleeps", pass)
		ginkgo.It("sleeps on a newer node", ginkgo.Label("KubeletMinVersion:1.35"), pass)
	})
	ginkgo.Context("[Feature:Pillows] with a feature", ginkgo.Label("Feature:Pillows"), func() {
		ginkgo.It("sleeps", pass)
		ginkgo.It("sleeps on a bed [Feature:Beds]", ginkgo.Label("Feature:Beds"), pass)
	})
	ginkgo.It("sleeps by the older spelling [MinimumKubeletVersion:1.34]", pass)
	ginkgo.It("sleeps, as everywhere [NodeConformance] [Conformance]", ginkgo.Label("NodeConformance", "Conformance"), pass)
	ginkgo.It("sleeps alone [Serial]", ginkgo.Serial, ginkgo.Label("Serial"), pass)
	ginkgo.It("sleeps alone, without saying so", ginkgo.Serial, pass)
	ginkgo.It("sleeps through a restart [Serial] [Disruptive]", ginkgo.Serial, ginkgo.Label("Serial", "Disruptive"), pass)
	ginkgo.It("sleeps badly [Flaky]", ginkgo.Label("Flaky"), pass)
	ginkgo.It("sleeps in a user namespace [Environment:NotInUserNS]", ginkgo.Label("Environment:NotInUserNS"), pass)
	ginkgo.It("sleeps as long as it was told to [LinuxOnly]", ginkgo.Label("LinuxOnly"), pass)
})

var _ = ginkgo.Describe("[sig-api-machinery] Quick", ginkgo.Label("sig-api-machinery"), func() {
	begun := 0
	for number := range 12 {
		ginkgo.It(fmt.Sprintf("spec %d passes [Conformance]", number), ginkgo.Label("Conformance"), func(ctx ginkgo.SpecContext) {
			begun++
			// FAULTS_WAIT: the sixth waits until it is interrupted, whichever that is.
			if begun == 6 && os.Getenv("FAULTS_WAIT") != "" {
				<-ctx.Done()
			}
		})
	}
})

// A feature on its way: FAULTS_STAGE is alpha, beta (the default) or ga. Its tags leave the name when it is promoted.
var _ = func() bool {
	text, labels := "Promoted behaviour", ginkgo.Label()
	switch fromEnvironment("FAULTS_STAGE", "beta") {
	case "alpha":
		text += " [FeatureGate:FaultsPromoted] [Alpha] [Feature:OffByDefault]"
		labels = ginkgo.Label("FeatureGate:FaultsPromoted", "Alpha", "Feature:OffByDefault")
	case "beta":
		text += " [FeatureGate:FaultsPromoted] [Beta]"
		labels = ginkgo.Label("FeatureGate:FaultsPromoted", "Beta")
	case "ga":
	default:
		fmt.Fprintln(os.Stderr, "FAULTS_STAGE is neither alpha, beta nor ga")
		os.Exit(1)
	}
	return ginkgo.Describe("[sig-node] "+text, ginkgo.Label("sig-node"), labels, func() {
		ginkgo.It("works", func() {})
	})
}()
