package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
)

// A down after an up that was killed at any moment leaves nothing running, not
// even a daemon that was about to be born.
func TestDownAfterKilledUp(t *testing.T) {
	bin, home := program(t), t.TempDir()
	run := func(args ...string) *exec.Cmd {
		cmd := exec.CommandContext(context.WithoutCancel(t.Context()), bin, args...)
		cmd.Env = append(os.Environ(), "KUBECTL_LEARN_HOME="+home)
		return cmd
	}
	for range 8 {
		up := run("up")
		if err := up.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(rand.IntN(120)) * time.Millisecond)
		_ = up.Process.Kill()
		_ = up.Wait()
		if out, err := run("down").CombinedOutput(); err != nil {
			t.Fatalf("down: %v\n%s", err, out)
		}
		patience.Until(t, "every process of the sandbox to end", func() bool { return len(alive(home)) == 0 }, func() string { return fmt.Sprint(alive(home)) })
		if out, err := run("status").CombinedOutput(); err == nil {
			t.Fatalf("status: %s", out)
		}
	}
}

// alive finds the processes that work in the sandbox's folder or below it, on
// Linux.
func alive(home string) []string {
	var out []string
	dirs, _ := filepath.Glob("/proc/[0-9]*/cwd")
	for _, d := range dirs {
		if to, err := os.Readlink(d); err == nil && strings.HasPrefix(to+"/", filepath.Join(home, "sandbox")+"/") {
			out = append(out, d)
		}
	}
	return out
}

// gone wants no process to work in the script's sandbox any more, on Linux. The
// lock is free a moment before the process ends.
func gone(ts *testscript.TestScript, _ bool, _ []string) {
	wait(ts, "the daemon's process to end", func() bool { return len(alive(ts.Getenv("KUBECTL_LEARN_HOME"))) == 0 })
}
