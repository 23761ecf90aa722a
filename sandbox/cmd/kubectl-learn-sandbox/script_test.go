package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
)

// program is the binary under test, as the Makefile builds it.
func program(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs("../../../bin/kubectl-learn-sandbox")
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("run make build first: %v", err)
	}
	return path
}

func TestScripts(t *testing.T) {
	bin := program(t)
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: os.Getenv("UPDATE") != "",
		Setup: func(env *testscript.Env) error {
			patience.Setup(env)
			home := filepath.Join(env.WorkDir, "home")
			env.Setenv("KUBECTL_LEARN_HOME", home)
			env.Setenv("STATE", filepath.Join(home, "sandbox"))
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("PATH", filepath.Dir(bin)+string(os.PathListSeparator)+os.Getenv("PATH"))
			env.Setenv("SANDBOX", bin)
			env.Setenv("MANIFESTS", filepath.Join(filepath.Dir(bin), "..", "manifests", "orchestrate"))
			env.Defer(func() { stopLeftOver(t, bin, env.Vars) })
			return nil
		},
		Condition: func(name string) (bool, error) {
			switch name {
			case "root":
				return os.Getuid() == 0, nil
			case "smalldisk":
				return hasSmallDisks(t), nil
			}
			return patience.Condition(name)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":     exits,
			"kill9":     kill9,
			"mode":      mode,
			"occupy":    occupy,
			"freeport":  freePort,
			"loopback":  loopback,
			"same-line": sameLine,
			"until":     patience.UntilCommand,
			"await":     patience.AwaitCommand,
			"missing":   patience.MissingCommand,
			"stranger":  stranger,
			"env-of":    envOf,
			"gone":      gone,
			"setport":   setPort,
			"fetch":     fetch,
			"smalldisk": smallDisk,
			"fill":      fill,
			"unfill":    unfill,
		},
	})
}

// stopLeftOver stops the sandbox of a script that failed half-way.
func stopLeftOver(t *testing.T, bin string, vars []string) {
	t.Helper()
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), bin, "down")
	cmd.Env = vars
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("down: %v\n%s", err, out)
	}
}

// exits is "exits 3 PROGRAM ARGS…": it runs a program and wants one exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM [ARGS]")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		got = exitCode(exit)
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got != args[0] {
		ts.Fatalf("exit code %s, want %s", got, args[0])
	}
}
