// SPDX-License-Identifier: Apache-2.0

// Go tests that end in every way there is, for the driver of suites of kind exec. It needs no module.
package faults

import (
	"fmt"
	"os"
	"syscall"
	"testing"
	"time"
)

func TestPasses(t *testing.T) { t.Log("all well") }

func TestFails(t *testing.T) { t.Error("got 3, want 4") }

func TestFailsInASubtest(t *testing.T) {
	t.Run("good", func(t *testing.T) {})
	t.Run("bad one", func(t *testing.T) { t.Fatal("the second of two") })
}

func TestSkips(t *testing.T) { t.Skip("no swap on this machine") }

func TestPanics(t *testing.T) { panic("at the disco") }

func TestExitsWithZero(t *testing.T) { os.Exit(0) }

func TestKillsItself(t *testing.T) { syscall.Kill(os.Getpid(), syscall.SIGKILL); select {} }

func TestHangs(t *testing.T) { time.Sleep(time.Hour) }

func TestPrintsItsOwnPass(t *testing.T) {
	fmt.Println("--- PASS: TestPrintsItsOwnPass (0.00s)")
	t.Fail()
}

func TestSaysWhereItIs(t *testing.T) {
	for _, name := range []string{"GRADUAND_CASE", "GRADUAND_ARTIFACTS", "KUBECONFIG"} {
		if os.Getenv(name) == "" {
			t.Errorf("%s is not set", name)
		}
	}
	if err := os.WriteFile(os.Getenv("GRADUAND_ARTIFACTS")+"/kept", nil, 0o600); err != nil {
		t.Error(err)
	}
}
