// SPDX-License-Identifier: Apache-2.0

package kinds

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
)

var _ = ginkgo.Describe("Plain", func() {
	ginkgo.It("passes", func() { gomega.Expect(suiteIsReady).To(gomega.BeTrue()) })
	ginkgo.It("fails", func() { ginkgo.Fail("as it should") })
	ginkgo.It("skips", func() { ginkgo.Skip("not here") })
	ginkgo.PIt("is pending", func() {})
	ginkgo.It("panics", func() { panic("as it should") })
	ginkgo.It("cleans up", func() { ginkgo.DeferCleanup(func() {}) })
	ginkgo.It("cleans up, and that fails", func() {
		ginkgo.DeferCleanup(func(context.Context) error { return errors.New("it cannot be removed") })
	})
	ginkgo.It("takes longer than it may", ginkgo.SpecTimeout(100*time.Millisecond), func(ctx ginkgo.SpecContext) { <-ctx.Done() })
	ginkgo.It("passes at its second try", ginkgo.FlakeAttempts(2), failFirst())
	ginkgo.It("hangs", ginkgo.Label("hangs", "Slow"), func(ctx ginkgo.SpecContext) { <-ctx.Done() })
	ginkgo.It("hangs, deaf to interruption", ginkgo.Label("hangs", "Slow"), func() { select {} })
})

// failFirst gives a body that fails the first time that it is called.
func failFirst() func() {
	calls := 0
	return func() {
		calls++
		gomega.Expect(calls).To(gomega.BeNumerically(">", 1), "the first try fails")
	}
}

var _ = ginkgo.Describe("Alone", func() {
	for number := range 4 {
		ginkgo.It(fmt.Sprintf("spec %d", number), ginkgo.Serial, func(ctx ginkgo.SpecContext) {
			hold(syscall.LOCK_EX | syscall.LOCK_NB)
			// Long enough for another to come when it may.
			select {
			case <-ctx.Done():
			case <-time.After(300 * time.Millisecond):
			}
		})
	}
	ginkgo.Context("in order", ginkgo.Serial, ginkgo.Ordered, inOrder())
})

var _ = ginkgo.DescribeTable("Table", func(a, b, sum int) { gomega.Expect(a + b).To(gomega.Equal(sum)) },
	ginkgo.Entry("adds", 1, 1, 2),
	ginkgo.Entry("adds wrongly", 1, 1, 3),
	ginkgo.PEntry("is pending", 1, 1, 2),
	ginkgo.Entry(nil, 2, 2, 4),
	ginkgo.Entry(ginkgo.EntryDescription("%d + %d = %d?"), 3, 3, 6),
	ginkgo.Entry("has a name twice", 1, 1, 2),
	ginkgo.Entry("has a name twice", 1, 1, 3),
)

var _ = ginkgo.DescribeTableSubtree("Subtree", func(number int) {
	ginkgo.It("is above one", func() { gomega.Expect(number).To(gomega.BeNumerically(">", 1)) })
	ginkgo.It("is below three", func() { gomega.Expect(number).To(gomega.BeNumerically("<", 3)) })
},
	ginkgo.Entry("of one", 1),
	ginkgo.Entry("of two", 2),
	ginkgo.Entry("of three", 3),
)

// The same name: on two lines, and twice on one. Who mixes them up is seen by their ends.
var _ = ginkgo.Describe("Repeated", func() {
	ginkgo.It("on two lines", func() {})
	ginkgo.It("on two lines", func() { ginkgo.Fail("the second of two lines") })
	for number := range 3 {
		ginkgo.It("on one line", func() { gomega.Expect(number).NotTo(gomega.Equal(1), "the second of one line") })
	}
})
