package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
)

// repository is the top folder, seen from this package.
const repository = "../.."

// TestMain builds both programs first: what a user sees is tested on what a
// user runs.
func TestMain(m *testing.M) {
	build := exec.Command("make", "-s", "build")
	build.Dir = repository
	build.Stdout, build.Stderr = os.Stderr, os.Stderr
	if err := build.Run(); err != nil {
		panic("failed to build the programs: " + err.Error())
	}
	os.Exit(m.Run())
}

// programs is the folder of the built programs.
func programs(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join(repository, "bin"))
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestScript runs testdata/script: one behavior per file. Each script has its own
// sandbox, which stops when the script ends.
func TestScript(t *testing.T) {
	bin := programs(t)
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       os.Getenv("UPDATE") != "",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			patience.Setup(env)
			env.Setenv("PATH", bin+string(os.PathListSeparator)+env.Getenv("PATH"))
			env.Setenv("BIN", bin)
			env.Setenv("MANIFESTS", filepath.Join(bin, "..", "manifests"))
			env.Setenv("KUBECTL_LEARN_HOME", filepath.Join(env.WorkDir, "learn"))
			env.Setenv("LANG", "C.UTF-8")
			env.Setenv("HOME", env.WorkDir)
			env.Defer(func() { stopSandbox(bin, filepath.Join(env.WorkDir, "learn")) })
			return nil
		},
		Condition: patience.Condition,
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"archive": cmdArchive,
			"exits":   cmdExits,
			"await":   patience.AwaitCommand,
			"until":   patience.UntilCommand,
			"missing": patience.MissingCommand,
			"mode":    cmdMode,
			"killed":  cmdKilled,

			"interrupted": cmdInterrupted,
		},
	})
}

func stopSandbox(bin, home string) {
	down := exec.Command(filepath.Join(bin, "kubectl-learn-sandbox"), "down")
	down.Env = append(os.Environ(), "KUBECTL_LEARN_HOME="+home)
	_ = down.Run() // nothing to stop is fine
}

// cmdExits is "exits CODE PROGRAM ARGS…": the program must end with that code.
func cmdExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits code program [args…]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if exit, ok := err.(*exec.ExitError); ok { //nolint:errorlint // testscript hands it over as it is
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exited with %d, want %d", got, want)
	}
}

// cmdMode is "mode PERM FILE…".
func cmdMode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: mode perm file…")
	}
	want, err := strconv.ParseUint(args[0], 8, 32)
	ts.Check(err)
	for _, file := range args[1:] {
		info, err := os.Stat(ts.MkAbs(file))
		ts.Check(err)
		if info.Mode().Perm() != os.FileMode(want) {
			ts.Fatalf("%s has mode %v, want %o", file, info.Mode().Perm(), want)
		}
	}
}

// cmdKilled is "killed FILE TEXT PROGRAM ARGS…": the program runs until FILE contains
// TEXT, and is then killed as by kill -9.
func cmdKilled(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: killed file text program [args…]")
	}
	path, err := exec.LookPath(filepath.Join(ts.Getenv("BIN"), args[2]))
	ts.Check(err)
	cmd := exec.Command(path, args[3:]...)
	cmd.Dir = ts.Getenv("WORK")
	for _, name := range []string{"PATH", "HOME", "LANG", "KUBECTL_LEARN_HOME"} {
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	ts.Check(cmd.Start())
	patience.AwaitCommand(ts, false, args[:2])
	ts.Check(cmd.Process.Signal(syscall.SIGKILL))
	_ = cmd.Wait() // it was killed
}

// cmdInterrupted is "interrupted FILE PROGRAM ARGS…": the program runs until its
// stderr, which goes to FILE, says that it checks a context; then it gets Ctrl-C, and
// must end with 130.
func cmdInterrupted(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: interrupted file program [args…]")
	}
	out, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	defer out.Close()
	cmd := exec.Command(filepath.Join(ts.Getenv("BIN"), args[1]), args[2:]...)
	cmd.Dir, cmd.Stderr = ts.Getenv("WORK"), out
	for _, name := range []string{"PATH", "HOME", "LANG", "KUBECTL_LEARN_HOME", "KUBECONFIG"} {
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	ts.Check(cmd.Start())
	patience.AwaitCommand(ts, false, []string{args[0], "Checking context"})
	ts.Check(cmd.Process.Signal(os.Interrupt))
	_ = cmd.Wait() // the exit code tells
	if code := cmd.ProcessState.ExitCode(); code != 130 {
		ts.Fatalf("exited with %d after Ctrl-C, want 130", code)
	}
}
