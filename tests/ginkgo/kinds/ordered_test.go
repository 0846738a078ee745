// SPDX-License-Identifier: Apache-2.0

package kinds

import (
	"os"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
)

// inOrder gives the body of a container whose three specs pass only one after the other, in one process.
func inOrder() func() {
	return func() {
		done := -1
		ginkgo.BeforeAll(func() {
			done = 0
			ginkgo.DeferCleanup(func() { done = -1 })
		})
		step := func(number int) func() {
			return func() {
				gomega.Expect(done).To(gomega.Equal(number-1), "what came before")
				done++
			}
		}
		ginkgo.It("comes first", step(1))
		ginkgo.It("comes second", step(2))
		ginkgo.It("comes third", step(3))
		ginkgo.AfterAll(func() { gomega.Expect(done).To(gomega.BeNumerically(">", 0)) })
	}
}

// around gives the body of a container with a spec before and one after that of `middle`.
func around(middle func()) func() {
	return func() {
		ready := false
		ginkgo.BeforeAll(func() { ready = true })
		ginkgo.It("comes first", func() { gomega.Expect(ready).To(gomega.BeTrue()) })
		middle()
		ginkgo.It("comes last", func() { gomega.Expect(ready).To(gomega.BeTrue()) })
	}
}

var _ = ginkgo.Describe("Ordered", ginkgo.Ordered, inOrder())

// One beside the other, in a container that is none: each is a group of its own.
var _ = ginkgo.Describe("Ordered, side by side", func() {
	ginkgo.Context("A", ginkgo.Ordered, around(func() { ginkgo.It("fails", func() { ginkgo.Fail("A") }) }))
	ginkgo.Context("B", ginkgo.Ordered, inOrder())
	ginkgo.It("and none", func() {})
})

var _ = ginkgo.Describe("Ordered, and in the middle one", func() {
	ginkgo.Context("fails,", ginkgo.Ordered, around(func() { ginkgo.It("fails", func() { ginkgo.Fail("as it should") }) }))
	ginkgo.Context("fails, and they go on,", ginkgo.Ordered, ginkgo.ContinueOnFailure,
		around(func() { ginkgo.It("fails", func() { ginkgo.Fail("as it should") }) }))
	ginkgo.Context("panics,", ginkgo.Ordered, around(func() { ginkgo.It("panics", func() { panic("as it should") }) }))
	ginkgo.Context("skips,", ginkgo.Ordered, around(func() { ginkgo.It("skips", func() { ginkgo.Skip("not here") }) }))
	ginkgo.Context("is pending,", ginkgo.Ordered, around(func() { ginkgo.PIt("is pending", func() {}) }))
	ginkgo.Context("fails once,", ginkgo.Ordered,
		around(func() { ginkgo.It("passes at its second try", ginkgo.FlakeAttempts(2), failFirst()) }))
	ginkgo.Context("hangs,", ginkgo.Ordered, ginkgo.Label("hangs", "Slow"),
		around(func() { ginkgo.It("hangs", func(ctx ginkgo.SpecContext) { <-ctx.Done() }) }))
	ginkgo.Context("exits,", ginkgo.Ordered, ginkgo.Label("exits"), around(func() { ginkgo.It("exits", func() { os.Exit(3) }) }))
	ginkgo.Context("has its name twice,", ginkgo.Ordered, around(func() {
		for number := range 2 {
			ginkgo.It("comes between", func() { gomega.Expect(number).To(gomega.BeZero(), "the second of that name") })
		}
	}))
})

var _ = ginkgo.Describe("Ordered, and its", func() {
	pair := func() {
		ginkgo.It("comes first", func() {})
		ginkgo.It("comes second", func() {})
	}
	ginkgo.Context("BeforeAll fails,", ginkgo.Ordered, func() {
		ginkgo.BeforeAll(func() { ginkgo.Fail("before all") })
		pair()
	})
	ginkgo.Context("BeforeAll skips,", ginkgo.Ordered, func() {
		ginkgo.BeforeAll(func() { ginkgo.Skip("not here") })
		pair()
	})
	ginkgo.Context("AfterAll fails,", ginkgo.Ordered, func() {
		ginkgo.AfterAll(func() { ginkgo.Fail("after all") })
		pair()
	})
	ginkgo.Context("clean-up fails,", ginkgo.Ordered, func() {
		ginkgo.BeforeAll(func() { ginkgo.DeferCleanup(func() { ginkgo.Fail("clean-up") }) })
		pair()
	})
	ginkgo.Context("inner containers", ginkgo.Ordered, func() {
		told := 0
		ginkgo.Context("have a BeforeAll", func() {
			ginkgo.BeforeAll(func() { told++ })
			pair()
		})
		ginkgo.Context("follow", func() {
			ginkgo.It("and see it", func() { gomega.Expect(told).To(gomega.Equal(1)) })
		})
	})
})

// A filter for a label leaves a part of the container, whose BeforeAll and AfterAll go round what is left.
var _ = ginkgo.Describe("Ordered, with labels", ginkgo.Ordered, func() {
	ran := 0
	ginkgo.BeforeAll(func() { ran = 10 })
	ginkgo.It("on the first", ginkgo.Label("odd"), func() { ran++ })
	ginkgo.It("on the second", ginkgo.Label("even"), func() { ran++ })
	ginkgo.It("on the third", ginkgo.Label("odd"), func() { gomega.Expect(ran).To(gomega.Equal(11), "the second was there, too") })
})
