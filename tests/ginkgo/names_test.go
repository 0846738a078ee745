// SPDX-License-Identifier: Apache-2.0

package faults

import "github.com/onsi/ginkgo/v2"

// Each of these must be selected alone by its own name.
var _ = ginkgo.Describe("[sig-testing] Names", ginkgo.Label("sig-testing"), func() {
	pass := func() {}
	ginkgo.It(`with [ ] ( ) . * + ? | ^ $ \ { } in it`, pass)
	ginkgo.It(`a.c`, pass)
	ginkgo.It(`abc`, pass)
	ginkgo.It(`with \d and [a-z]+ and (?i) and a{2,3}`, pass)
	ginkgo.It(`with "quotes", 'apostrophes', <angles> & 100% of $HOME; # and / and, !`, pass)
	ginkgo.It("with non-ASCII: žluťoučký kůň, 東京, Ελλάδα, ✓ and é", pass)
	ginkgo.It("with  two spaces   and three", pass)
	ginkgo.It("with a\ttab and\na line's end", pass)
	ginkgo.It("is a beginning", pass)
	ginkgo.It("is a beginning of another", pass)
	ginkgo.It("Faults suite", pass)

	ginkgo.Context("here", func() { ginkgo.It("the same text in two containers", pass) })
	ginkgo.Context("there", func() { ginkgo.It("the same text in two containers", pass) })

	ginkgo.It("the same text on two lines", pass)
	ginkgo.It("the same text on two lines", pass)

	for range 2 {
		ginkgo.It("the same text twice on one line", pass)
	}
	for _, size := range []string{"small", "large"} {
		ginkgo.It("another text on one line: "+size, pass)
	}

	// The same full text, cut differently between container and leaf.
	ginkgo.Context("cut", func() { ginkgo.It("in another place", pass) })
	ginkgo.It("cut in another place", pass)
})

var _ = ginkgo.Describe("without a SIG", func() {
	ginkgo.It("passes", func() {})
})
