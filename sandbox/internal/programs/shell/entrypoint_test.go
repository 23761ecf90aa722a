package shell

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/programtest"
)

// Scripts that containers begin with, as the first process of theirs, and what
// becomes of them when they are asked to stop.
func TestEntrypoints(t *testing.T) {
	for _, tt := range []struct {
		name, script, out string
		code              int
	}{
		{"kills its child", `sleep 1000 & p=$!; trap 'echo stopping; kill $p; exit 0' TERM; echo ready; wait $p; echo never`, "ready\nstopping\n", 0},
		{"by its job", `sleep 1000 & trap 'echo stopping; kill %1; wait %1; echo $?; exit 3' TERM; echo ready; wait`, "ready\nstopping\nTerminated\n143\n", 3},
		{"goes on after the signal", `sleep 1000 & trap 'echo got' TERM; echo ready; wait $!; echo "wait $?"; kill $!; wait $! 2>/dev/null; echo "child $?"`, "ready\ngot\nwait 143\nchild 143\n", 0},
		{"short sleeps", `trap 'echo bye; exit 7' TERM; echo ready; while true; do sleep 0.1; done`, "ready\nbye\n", 7},
		{"by number", `trap 'echo bye; exit 7' 15; echo ready; while :; do sleep 0.1 & wait $!; done`, "ready\nbye\n", 7},
		{"exit trap", `trap 'echo cleaned $?' EXIT; trap 'exit 4' TERM; echo ready; while :; do sleep 0.1; done`, "ready\ncleaned 4\n", 4},
		{"loop in the background", `(while :; do sleep 0.1; done) & trap 'kill $!; wait; echo done' TERM; echo ready; wait $!`, "ready\ndone\n", 143},
		{"another shell", `trap 'kill $p' TERM; sh -c 'trap "echo inner; exit 9" TERM; echo ready; while :; do sleep 0.1; done' & p=$!; wait $p; wait $p; echo "inner was $?"`, "ready\ninner\ninner was 9\n", 0},
		{"in a function", `stop() { echo stop; exit 2; }; trap stop TERM INT; run() { sleep 1000 & wait $!; }; echo ready; run`, "ready\nstop\n", 2},
		{"exec with a handler lost", `trap 'echo no' TERM; exec sh -c 'trap "echo mine; exit 6" TERM; echo ready; while :; do sleep 0.1; done'`, "ready\nmine\n", 6},
		{"pipe to a logger", `trap 'echo bye; exit 3' TERM; echo ready; while :; do echo x; sleep 0.1; done | cat > /dev/null & wait $!`, "ready\nbye\n", 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var out programtest.Buffer
			c := newContainer(t, []string{"sh", "-c", tt.script}, &out)
			if !strings.HasPrefix(out.String(), "ready\n") {
				out.Await(t, "ready\n")
			}
			c.Signal(container.SIGTERM)
			select {
			case <-c.Done():
			case <-time.After(time.Minute):
				t.Fatalf("does not stop: %q", &out)
			}
			if out.String() != tt.out || c.Exit().Code != tt.code {
				t.Errorf("exit %d, output %q, want %d, %q", c.Exit().Code, &out, tt.code, tt.out)
			}
		})
	}
}

// The first process hears nothing that it has no handler for, as on Linux.
func TestFirstProcessIsDeaf(t *testing.T) {
	var out programtest.Buffer
	c := newContainer(t, []string{"sh", "-c", `echo ready; sleep 1000; echo never`}, &out)
	out.Await(t, "ready\n")
	time.Sleep(2 * time.Second) // longer than a first process may take for its handlers
	c.Signal(container.SIGTERM)
	code, err := c.Exec(t.Context(), container.ExecConfig{Args: []string{"sh", "-c", "kill 1; kill -INT 1; kill -0 1"}})
	if code != 0 || err != nil {
		t.Errorf("exit %d, error %v", code, err)
	}
	select {
	case <-c.Done():
		t.Error("it ended")
	default:
	}
}

// A number that "$!" says is one that everybody knows.
func TestProcessNumbers(t *testing.T) {
	got := play(t, `sleep 100 & p=$!
ps | grep -q "^ *$p .*sleep 100" && echo ps
[ "$(cat /proc/$p/comm)" = sleep ] && echo proc
grep -q "^PPid:.*$$" /proc/$p/status && echo parent
kill $p; wait $p 2>/dev/null; [ -d /proc/$p ] || echo gone`)
	if want := "ps\nproc\nparent\ngone\n"; got.out != want || got.err != "" {
		t.Errorf("output %q, want %q; complaints %q", got.out, want, got.err)
	}
}

// What never ends of itself ends with its container, and takes bounded memory
// until then.
func TestBounds(t *testing.T) {
	for _, tt := range []struct {
		script string
		code   int
	}{
		{`f() { f; }; f`, 139},
		{`f() { f | f; }; f 2>/dev/null; exit 3`, 3},
		{`f() { echo $(f); }; f 2>/dev/null; exit 3`, 3},
		{`f() { (f); }; f 2>/dev/null; exit 3`, 3},
		{`f() { eval f; }; f`, 139},
		{`x=x; while :; do x=$x$x; done`, 137},
		{`x=$(yes)`, 137},
		{`sh -i < /dev/zero 2>/dev/null`, 2},
		{`set -- x; while :; do set -- "$@$@"; done`, 137},
	} {
		t.Run(tt.script, func(t *testing.T) {
			got := play(t, tt.script)
			if got.code != tt.code {
				t.Errorf("exit %d, want %d: %.200q", got.code, tt.code, got.err)
			}
		})
	}
}

// Ctrl-C ends all that is in front, and leaves alone what is in the background.
func TestInterruptReachesAll(t *testing.T) {
	c := newContainer(t, nil, io.Discard)
	keys, typing := io.Pipe()
	t.Cleanup(func() { _ = typing.Close() })
	var out programtest.Buffer
	exit := make(chan int, 1)
	go func() {
		code, err := c.Exec(t.Context(), container.ExecConfig{Args: []string{"sh"}, TTY: true, Stdin: keys, Stdout: &out})
		if err != nil {
			t.Error(err)
		}
		exit <- code
	}()
	after := func(shown, keys string) {
		t.Helper()
		out.Await(t, shown)
		if _, err := io.WriteString(typing, keys); err != nil {
			t.Fatal(err)
		}
	}
	after("/work # ", "sleep 300 &\r")
	after("300 &\r\n/work # ", "(echo in; sleep 100; echo no) | (sleep 200; echo no)\r")
	after("no)\r\n", "\x03")
	// The sleeps are children of what the shell waits for, and may outlive that a little.
	after("^C\r\n/work # ", "echo $? $TERM; while ps | grep -q 'sleep [12]00$'; do sleep 0.1; done; kill -0 $! && echo there\r")
	after("130 xterm\r\nthere\r\n/work # ", "kill %1; wait; exit 4\r")
	if code := <-exit; code != 4 {
		t.Errorf("exit %d, output %q", code, &out)
	}
}
