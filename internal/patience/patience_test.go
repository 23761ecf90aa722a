package patience

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// recorder is a test that fails without ending the real one.
type recorder struct {
	testing.TB
	said string
}

func (r *recorder) Helper() {}

func (r *recorder) Fatalf(format string, args ...any) {
	r.said = fmt.Sprintf(format, args...)
	panic(r)
}

func TestUntilSaysWhatItWaitedFor(t *testing.T) {
	t.Setenv(Env, "30ms")
	r := &recorder{TB: t}
	func() {
		defer func() { _ = recover() }() // what Fatalf does
		Until(r, "the moon", func() bool { return false }, func() string { return "it is a cloud" })
	}()
	for _, want := range []string{"the moon", "it is a cloud", "patience.TestUntilSaysWhatItWaitedFor"} {
		if !strings.Contains(r.said, want) {
			t.Errorf("%q is not in what it says: %s", want, r.said)
		}
	}
	t.Setenv(Env, "")
	looks := 0
	Until(t, "the third look", func() bool { looks++; return looks == 3 }, nil)
}

func TestReceive(t *testing.T) {
	c := make(chan int, 1)
	c <- 7
	if got := Receive(t, "seven", c); got != 7 {
		t.Errorf("got %d", got)
	}
	close(c)
	if got := Receive(t, "the end", c); got != 0 {
		t.Errorf("got %d", got)
	}
}

func TestLimit(t *testing.T) {
	for text, want := range map[string]time.Duration{"": 5 * time.Minute, "90s": 90 * time.Second, "never": 5 * time.Minute, "-1s": 5 * time.Minute} {
		t.Setenv(Env, text)
		if got := Limit(); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}
