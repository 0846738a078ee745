// SPDX-License-Identifier: Apache-2.0

// Package kinds has every kind of spec and container that Ginkgo knows, and nothing of Kubernetes. What ginkgo itself
// says of each, run serially or in parallel, the harness must say, too.
package kinds

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
)

func TestKinds(t *testing.T) {
	gomega.RegisterFailHandler(ginkgo.Fail)
	ginkgo.RunSpecs(t, "Kinds (of) specs + more")
}

var suiteIsReady bool

var _ = ginkgo.BeforeSuite(func() { suiteIsReady = true })

var _ = ginkgo.AfterSuite(func() { gomega.Expect(suiteIsReady).To(gomega.BeTrue()) })

// hold takes the lock that all specs have while they run, for the rest of the spec: a serial one alone, or it fails.
// It is a file in KINDS_STATE, so that it works between processes; without that variable nothing is locked.
func hold(how int) {
	folder := os.Getenv("KINDS_STATE")
	if folder == "" {
		return
	}
	file, err := os.OpenFile(filepath.Join(folder, "running"), os.O_CREATE|os.O_RDWR, 0o666)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	ginkgo.DeferCleanup(file.Close)
	gomega.Expect(syscall.Flock(int(file.Fd()), how)).To(gomega.Succeed(), "another spec runs beside a serial one")
}

var _ = ginkgo.BeforeEach(func() {
	if !ginkgo.CurrentSpecReport().IsSerial {
		hold(syscall.LOCK_SH | syscall.LOCK_NB)
	}
})
