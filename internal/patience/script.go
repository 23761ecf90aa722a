package patience

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// ScriptEnv is the variable that scripts pass to commands that wait themselves, such as
// "kubectl wait --timeout=$PATIENCE".
const ScriptEnv = "PATIENCE"

// Setup gives a script the limit.
func Setup(env *testscript.Env) { env.Setenv(ScriptEnv, Limit().String()) }

// Condition is the condition [ci] of scripts: true if no test may be skipped.
func Condition(name string) (bool, error) {
	if name != "ci" {
		return false, fmt.Errorf("unknown condition %q", name)
	}
	return os.Getenv("CI") != "", nil
}

// MissingCommand is "missing WHAT": it fails a script that would be skipped, as in
// "[ci] [!exec:curl] missing curl".
func MissingCommand(ts *testscript.TestScript, _ bool, args []string) {
	ts.Fatalf("this test needs %s, and CI is set", strings.Join(args, " "))
}

// Script waits in a script until holds returns true; status may be nil.
func Script(ts *testscript.TestScript, what string, holds func() bool, status func() string) {
	limit := time.NewTimer(Limit())
	defer limit.Stop()
	tick := time.NewTicker(every)
	defer tick.Stop()
	for !holds() {
		select {
		case <-limit.C:
			said := ""
			if status != nil {
				said = "\n" + status()
			}
			ts.Fatalf("waited %s for %s%s", Limit(), what, said)
		case <-tick.C:
		}
	}
}

// UntilCommand is "until PATTERN PROGRAM ARGS…": it runs a program again and again
// until its stdout matches, or after "!" until it no longer does.
func UntilCommand(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: until pattern program [args…]")
	}
	want := regexp.MustCompile("(?m)" + args[0])
	var err error
	pause := time.NewTicker(100 * time.Millisecond)
	defer pause.Stop()
	first := true
	Script(ts, strings.Join(args, " "), func() bool {
		if !first {
			<-pause.C
		}
		first = false
		err = ts.Exec(args[1], args[2:]...)
		return want.MatchString(ts.ReadFile("stdout")) != neg
	}, func() string {
		return ts.ReadFile("stdout") + ts.ReadFile("stderr") + errText(err)
	})
}

// AwaitCommand is "await FILE TEXT": it waits until a file contains a text.
func AwaitCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: await file text")
	}
	var last []byte
	Script(ts, args[0]+" to have "+args[1], func() bool {
		data, err := os.ReadFile(ts.MkAbs(args[0]))
		last = data
		return err == nil && strings.Contains(string(data), args[1])
	}, func() string { return string(last) })
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
