// Package patience is how tests wait: on a state, with one generous limit for the
// whole suite, and with a word on what was waited for when it is reached. A busy
// machine makes a test slow and never makes it fail.
package patience

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"
)

// Env names the environment variable that sets the limit, as a duration.
const Env = "KUBECTL_LEARN_TEST_PATIENCE"

// Limit is how long a test waits before it gives up. It only ever passes when
// something is broken, so it is long.
func Limit() time.Duration {
	if d, err := time.ParseDuration(os.Getenv(Env)); err == nil && d > 0 {
		return d
	}
	return 5 * time.Minute
}

// every is how often a state is looked at.
const every = 10 * time.Millisecond

// Until waits until a state holds. When the limit is reached it fails the test, and
// says what it waited for, what status says of it (which may be nil), and what each
// goroutine was doing.
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

// Receive waits for a value, or for the end of a channel.
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

// Context ends with the test, or when the limit is reached.
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

// Needs skips a test that needs what is not there, and fails it where CI is set: a
// test that nobody runs proves nothing.
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
