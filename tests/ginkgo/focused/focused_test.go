// SPDX-License-Identifier: Apache-2.0

// Package focused is a suite with a focus that somebody forgot in its code.
package focused

import (
	"testing"

	"github.com/onsi/ginkgo/v2"
)

func TestFocused(t *testing.T) { ginkgo.RunSpecs(t, "Focused") }

var _ = ginkgo.Describe("Forgotten", func() {
	ginkgo.It("is left out", func() {})
	ginkgo.FIt("is in the focus", func() {})
})
