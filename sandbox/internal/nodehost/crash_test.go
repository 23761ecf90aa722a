package nodehost

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"runtime/debug"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestCrashOf(t *testing.T) {
	const labels = ` labels:{"container": "c", "pod": "default/p", "uid": "u-1"}`
	const others = "\n\ngoroutine 1 [select]:\nmain.main()\n\ngoroutine 9 [IO wait labels:{\"container\": \"other\", \"pod\": \"default/q\", \"uid\": \"u-2\"}]:\nx()\n"
	ended := errors.New("exit status 2")
	tests := []struct {
		name, said string
		want       Crash
	}{
		{
			"a panic in a container", "level=INFO msg=x\npanic: runtime error: index out of range [3]\n\ngoroutine 42 [running" + labels + "]:\nshell.run()\n" + others,
			Crash{Why: "panic: runtime error: index out of range [3]", Culprit: "default/p/c", UID: "u-1"},
		},
		{
			"a stack overflow", "runtime: goroutine stack exceeds 1000000000-byte limit\nruntime: sp=0x1 stack=[0x1, 0x2]\nfatal error: stack overflow\n\nruntime stack:\nruntime.throw()\n\ngoroutine 42 gp=0x39 m=3 mp=0x1 [running" + labels + "]:\nshell.run()\n" + others,
			Crash{Why: "stack overflow", Culprit: "default/p/c", UID: "u-1"},
		},
		{
			"no memory", "runtime: out of memory: cannot allocate 4194304-byte block (8 in use)\nfatal error: out of memory\n\ngoroutine 42 [running" + labels + "]:\nshell.run()\n",
			Crash{Why: "it used more memory than allowed", Memory: true, Culprit: "default/p/c", UID: "u-1"},
		},
		{
			"a panic of the node's own", "panic: oops\n\ngoroutine 7 [running]:\nnode.run()\n" + others,
			Crash{Why: "panic: oops"},
		},
		{"an end without a word", "level=INFO msg=x\n", Crash{Why: "exit status 2"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, crashOf(ended, tt.said)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// crashEnv makes this test's program crash in a goroutine of a container.
const crashEnv = "NODEHOST_TEST_CRASH"

func crashNow(how string) {
	var deep func(int) int
	deep = func(n int) int { return deep(n+1) + 1 }
	pprof.Do(context.Background(), pprof.Labels("pod", "default/p", "uid", "u-1", "container", "c"), func(context.Context) {
		done := make(chan struct{})
		go func() { // what a program starts has its labels
			defer close(done)
			switch how {
			case "panic":
				panic("oops")
			case "stack":
				debug.SetMaxStack(1 << 20)
				deep(0)
			}
		}()
		<-done
	})
}

// Go's runtime says whose goroutine crashed; this fails when it no longer does.
func TestRuntimeNamesTheCulprit(t *testing.T) {
	for how, want := range map[string]string{"panic": "panic: oops", "stack": "stack overflow"} {
		t.Run(how, func(t *testing.T) {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(childEnv(func(string) string { return "" }, t.TempDir()), crashEnv+"="+how)
			out, err := cmd.CombinedOutput()
			if got := crashOf(err, string(out)); got.Why != want || got.Culprit != "default/p/c" || got.UID != "u-1" {
				t.Errorf("%+v\n%s", got, out)
			}
		})
	}
}

// The beginning of a crash must survive a trace of a thousand goroutines.
func TestTraceKeepsTheBeginningOfACrash(t *testing.T) {
	var passed strings.Builder
	tr := newTrace(&passed)
	write := func(s string) {
		if _, err := tr.Write([]byte(s)); err != nil {
			t.Fatal(err)
		}
	}
	write(strings.Repeat("level=INFO msg=before\n", 10_000))
	write("panic: oops\n\ngoroutine 7 [running labels:{\"container\": \"c\", \"pod\": \"default/p\", \"uid\": \"u\"}]:\nx()\n\n")
	for range 100 {
		write(strings.Repeat("goroutine 1 [select]:\nmain.main()\n\n", 100))
	}
	if c := crashOf(nil, tr.text()); c.Why != "panic: oops" || c.Culprit != "default/p/c" {
		t.Errorf("%+v", c)
	}
	if n := len(tr.text()); n > traceKept {
		t.Errorf("keeps %d bytes", n)
	}
	if passed.Len() < 220_000+350_000 {
		t.Errorf("passed on %d bytes", passed.Len())
	}
}

func TestHoldsGrowAndAreForgotten(t *testing.T) {
	h, now := holds{}, time.Unix(1e9, 0)
	crash := Crash{Culprit: "default/p/c", UID: "u", Why: "stack overflow"}
	for i, want := range []float64{10, 20, 40, 80, 160, 300, 300} {
		if got := h.add(crash, now).Seconds(); got != want {
			t.Errorf("hold %d is %v s, want %v s", i, got, want)
		}
	}
	if got := h.add(Crash{Why: "unknown"}, now); got != 0 {
		t.Errorf("nobody is held back for %s", got)
	}
	held := h.now(now)
	if len(held) != 1 || held["u"].Container != "c" || !held["u"].Until.Equal(now.Add(5*time.Minute)) {
		t.Errorf("held %+v", held)
	}
	if left := h.now(now.Add(time.Hour)); len(left) != 0 || len(h) != 0 {
		t.Errorf("an hour later %+v", left)
	}
}

func TestMemoryLimit(t *testing.T) {
	const gib = 1 << 30
	for machine, want := range map[int64]int64{0: gib / 2, gib: gib / 2, 4 * gib: gib, 8 * gib: 2 * gib, 64 * gib: 2 * gib} {
		if got := MemoryLimit(machine); got != want {
			t.Errorf("of %d bytes the nodes may use %d, want %d", machine, got, want)
		}
	}
}
