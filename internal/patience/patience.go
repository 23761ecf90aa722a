// Package patience is how tests wait: for a state, with one generous limit for the
// whole suite, and with a message that says what they waited for. A busy machine makes
// a test slow, but never makes it fail.
package patience

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"
)

// Env is the environment variable that sets the limit, as a duration.
const Env = "KUBECTL_LEARN_TEST_PATIENCE"

// Limit is how long a test waits before it gives up. It is long, because it only runs
// out if something is broken.
func Limit() time.Duration {
	if d, err := time.ParseDuration(os.Getenv(Env)); err == nil && d > 0 {
		return d
	}
	return 5 * time.Minute
}

// every is the pause between two looks at a state.
const every = 10 * time.Millisecond

// Until waits until holds returns true. At the limit it fails the test, and reports
// what it waited for, the result of status (which may be nil), and what each goroutine
// was doing.
func Until(tb testing.TB, what string, holds func() bool, status func() string) {
	tb.Helper()
	limit := time.NewTimer(Limit())
	defer limit.Stop()
	tick := time.NewTicker(every)
	defer tick.Stop()
	for !holds() {
		select {
		case <-limit.C:
			giveUp(tb, what, status)
		case <-tick.C:
		}
	}
}

// Receive waits for a value from a channel, or for its end.
func Receive[T any](tb testing.TB, what string, from <-chan T) T {
	tb.Helper()
	limit := time.NewTimer(Limit())
	defer limit.Stop()
	select {
	case v := <-from:
		return v
	case <-limit.C:
		giveUp(tb, what, nil)
	}
	return *new(T)
}

// Context returns a context that ends with the test, or at the limit.
func Context(tb testing.TB) context.Context {
	tb.Helper()
	ctx, cancel := context.WithTimeoutCause(tb.Context(), Limit(), fmt.Errorf("the test waited %s", Limit()))
	tb.Cleanup(cancel)
	return ctx
}

func giveUp(tb testing.TB, what string, status func() string) {
	tb.Helper()
	said := ""
	if status != nil {
		said = "\n" + status()
	}
	stacks := make([]byte, 1<<20)
	tb.Fatalf("waited %s for %s%s\n\n%s", Limit(), what, said, stacks[:runtime.Stack(stacks, true)])
}

// Needs skips a test if something it needs is missing, and fails it if CI is set: a
// test that never runs proves nothing.
func Needs(tb testing.TB, there bool, what string) {
	tb.Helper()
	switch {
	case there:
	case os.Getenv("CI") != "":
		tb.Fatalf("this test needs %s, and CI is set", what)
	default:
		tb.Skipf("this test needs %s", what)
	}
}
