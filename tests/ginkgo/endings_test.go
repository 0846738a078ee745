// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"syscall"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
)

// printLines writes `megabytes` of lines of 100 bytes.
func printLines(out *os.File, megabytes int) {
	line := append(bytes.Repeat([]byte("x"), 99), '\n')
	buffered := bufio.NewWriter(out)
	for range megabytes * 10_000 {
		_, err := buffered.Write(line)
		gomega.Expect(err).NotTo(gomega.HaveOccurred())
	}
	gomega.Expect(buffered.Flush()).To(gomega.Succeed())
}

// countInFile adds one byte to the file that the variable names, and gives its length before that.
func countInFile(variable string) int {
	file, err := os.OpenFile(os.Getenv(variable), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
	gomega.Expect(err).NotTo(gomega.HaveOccurred(), "set %s to a file's name", variable)
	defer file.Close()
	info, err := file.Stat()
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	_, err = file.WriteString(".")
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	return int(info.Size())
}

var _ = ginkgo.Describe("[sig-testing] Endings", ginkgo.Label("sig-testing"), func() {
	ginkgo.It("passes", func() {
		ginkgo.By("adding two numbers")
		fmt.Fprintln(ginkgo.GinkgoWriter, "six by seven is", 6*7)
		ginkgo.AddReportEntry("answer", 42)
	})
	ginkgo.It("passes twice", func() {})
	ginkgo.It("fails", func() {
		fmt.Fprintln(ginkgo.GinkgoWriter, "about to fail")
		gomega.Expect(6*7).To(gomega.Equal(54), "six by seven")
	})
	ginkgo.It("skips with a reason", func() { ginkgo.Skip("this suite has no cluster") })
	ginkgo.PIt("is pending", func() {})
	ginkgo.It("panics", func() { panic("a spec panics") })
	ginkgo.It("crashes in a goroutine", func(ctx ginkgo.SpecContext) {
		go func() { panic("a goroutine panics") }()
		<-ctx.Done()
	})
	ginkgo.It("exits 0", func() { os.Exit(0) })
	ginkgo.It("exits 3", func() { os.Exit(3) })
	ginkgo.It("kills itself", func(ctx ginkgo.SpecContext) {
		gomega.Expect(syscall.Kill(os.Getpid(), syscall.SIGKILL)).To(gomega.Succeed())
		<-ctx.Done()
	})
	ginkgo.It("hangs until interrupted", func(ctx ginkgo.SpecContext) {
		fmt.Println("waiting for an interruption")
		<-ctx.Done()
	})
	ginkgo.It("hangs and ignores interruption", func() {
		fmt.Println("waiting for nothing")
		select {}
	})
	ginkgo.It("takes longer than it may", ginkgo.SpecTimeout(100*time.Millisecond), func(ctx ginkgo.SpecContext) { <-ctx.Done() })
	ginkgo.It("aborts the suite", func() { ginkgo.AbortSuite("nothing here can work") })
	ginkgo.It("prints 100 MB", func() { printLines(os.Stdout, 100) })
	ginkgo.It("reports 5 MB", func() {
		fmt.Fprint(ginkgo.GinkgoWriter, string(bytes.Repeat([]byte("0123456789abcde\n"), 5_000_000/16)))
	})
	ginkgo.It("fails once, then passes", ginkgo.FlakeAttempts(3), func() {
		tries := countInFile("FAULTS_STATE")
		gomega.Expect(tries).To(gomega.BeNumerically(">", 0), "the first try fails")
	})
	ginkgo.It("passes once, then fails", ginkgo.MustPassRepeatedly(3), func() {
		tries := countInFile("FAULTS_STATE")
		gomega.Expect(tries).To(gomega.BeZero(), "only the first try passes")
	})
})

var _ = ginkgo.Describe("[sig-testing] Endings around a spec", ginkgo.Label("sig-testing"), func() {
	ginkgo.Context("whose set-up fails", func() {
		ginkgo.BeforeEach(func() { ginkgo.Fail("set-up fails") })
		ginkgo.It("never runs", func() {})
	})
	ginkgo.Context("whose clean-up fails", func() {
		ginkgo.AfterEach(func() { ginkgo.Fail("clean-up fails") })
		ginkgo.It("runs", func() {})
	})
	ginkgo.It("cleans up, and that fails", func() {
		ginkgo.DeferCleanup(func(context.Context) error { return fmt.Errorf("what was made cannot be removed") })
	})
	ginkgo.Context("in order", ginkgo.Ordered, func() {
		ready := false
		ginkgo.BeforeAll(func() { ready = true })
		ginkgo.It("comes first", func() { gomega.Expect(ready).To(gomega.BeTrue()) })
		ginkgo.It("comes second", func() { gomega.Expect(ready).To(gomega.BeTrue()) })
	})
})
