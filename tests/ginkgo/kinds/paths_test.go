// SPDX-License-Identifier: Apache-2.0

package kinds

import "github.com/onsi/ginkgo/v2"

// Folders of CI's workspaces, and what an expression would take for its own. The compiler believes such a line.

//line /builds/c++/job@2 (a|b) [1-3]{2}/x.y^z$/q?*/a,b/back\slash/C:/pluses_test.go:10
var _ = ginkgo.Describe("Path", func() {
	ginkgo.It("has a plus", func() {})
	ginkgo.It("has a plus, and fails", func() { ginkgo.Fail("as it should") })
	ginkgo.Context("in order", ginkgo.Ordered, inOrder())
})

//line /builds/c++/žluťoučký kůň/東京_test.go:10
var _ = ginkgo.Describe("Path", func() {
	ginkgo.It("has letters of everywhere", func() {})
})
