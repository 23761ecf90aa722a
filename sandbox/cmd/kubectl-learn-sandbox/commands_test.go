package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
)

func exitCode(err *exec.ExitError) string { return strconv.Itoa(err.ExitCode()) }

// run is what a script reads of run.json.
type run struct {
	PID      int    `json:"pid"`
	NodesPID int    `json:"nodesPID"`
	Stage    string `json:"stage"`
	Ready    bool   `json:"ready"`
}

func readRun(ts *testscript.TestScript) run {
	var r run
	data, err := os.ReadFile(filepath.Join(ts.Getenv("STATE"), "run.json"))
	if err == nil {
		err = json.Unmarshal(data, &r)
	}
	if err != nil {
		return run{}
	}
	return r
}

// kill9 kills the daemon as soon as it is ready, or is at a stage, and waits
// until it is gone: kill9 [STAGE].
func kill9(ts *testscript.TestScript, neg bool, args []string) {
	want := strings.Join(args, " ")
	wait(ts, "the daemon to be "+want, func() bool {
		r := readRun(ts)
		return r.PID != 0 && (want == "" && r.Ready || want != "" && r.Stage == want)
	})
	process, err := os.FindProcess(readRun(ts).PID)
	ts.Check(err)
	ts.Check(process.Kill())
	wait(ts, "the daemon to be gone", func() bool {
		cmd := exec.CommandContext(context.Background(), ts.Getenv("SANDBOX"), "status")
		cmd.Env = append(os.Environ(), "KUBECTL_LEARN_HOME="+ts.Getenv("KUBECTL_LEARN_HOME"))
		return cmd.Run() != nil
	})
}

// wait polls, because the daemon belongs to another process.
func wait(ts *testscript.TestScript, what string, done func() bool) {
	patience.Script(ts, what, done, nil)
}

// mode is "mode 0600 FILE…": it wants the permissions of files.
func mode(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.ParseUint(args[0], 8, 32)
	ts.Check(err)
	for _, name := range args[1:] {
		info, err := os.Stat(ts.MkAbs(name))
		ts.Check(err)
		if got := info.Mode().Perm(); got != os.FileMode(want) {
			ts.Fatalf("%s has mode %o, want %o", name, got, want)
		}
	}
}

// occupy listens on a port of 127.0.0.1 until the script ends: on the one of
// the second argument, else a free one. It leaves the number in a variable:
// occupy NAME [PORT].
func occupy(ts *testscript.TestScript, neg bool, args []string) {
	address := "127.0.0.1:0"
	if len(args) > 1 {
		address = "127.0.0.1:" + args[1]
	}
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp4", address)
	ts.Check(err)
	ts.Defer(func() { _ = l.Close() })
	ts.Setenv(args[0], strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
}

// freePort sets a variable to a port that no other script is given by chance:
// below those that the system hands out, and not the one tried first.
func freePort(ts *testscript.TestScript, neg bool, args []string) {
	for range 100 {
		port := strconv.Itoa(20000 + rand.IntN(10000))
		l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp4", "127.0.0.1:"+port)
		if err != nil {
			continue
		}
		ts.Check(l.Close())
		ts.Setenv(args[0], port)
		return
	}
	ts.Fatalf("no free port")
}

// setPort replaces the word PORT in a file with a port number.
func setPort(ts *testscript.TestScript, neg bool, args []string) {
	text := strings.ReplaceAll(ts.ReadFile(args[0]), "PORT", args[1])
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}

// sameLine wants two files to have the same line with a word: same-line WORD A B.
func sameLine(ts *testscript.TestScript, neg bool, args []string) {
	find := func(file string) string {
		for line := range strings.Lines(ts.ReadFile(file)) {
			if strings.Contains(line, args[0]) {
				return strings.TrimSpace(line)
			}
		}
		ts.Fatalf("no line of %s has %q", file, args[0])
		return ""
	}
	if a, b := find(args[1]), find(args[2]); (a == b) == neg {
		ts.Fatalf("%q and %q", a, b)
	}
}

// loopback wants both processes of the sandbox to listen on 127.0.0.1 and nowhere else, and on as
// many TCP ports as the argument says. It is for Linux.
func loopback(ts *testscript.TestScript, neg bool, args []string) {
	if runtime.GOOS != "linux" {
		return
	}
	run := readRun(ts)
	sockets := socketsOf(run.PID, run.NodesPID)
	var listening []string
	for _, table := range []string{"tcp", "tcp6", "udp", "udp6"} {
		data, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/%s", run.PID, table))
		ts.Check(err)
		for line := range strings.Lines(string(data)) {
			f := strings.Fields(line)
			const listen, unconnected = "0A", "07"
			if len(f) > 9 && sockets[f[9]] && (f[3] == listen || f[3] == unconnected) {
				listening = append(listening, table+" "+f[1])
			}
		}
	}
	if got := strconv.Itoa(len(listening)); got != args[0] {
		ts.Fatalf("listens on %s sockets, want %s: %q", got, args[0], listening)
	}
	for _, l := range listening {
		if !strings.HasPrefix(l, "tcp 0100007F:") {
			ts.Fatalf("listens beyond 127.0.0.1: %s", l)
		}
	}
}

// socketsOf returns the inodes of the sockets of processes.
func socketsOf(pids ...int) map[string]bool {
	sockets := map[string]bool{}
	for _, pid := range pids {
		open, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
		for _, fd := range open {
			if to, err := os.Readlink(fd); err == nil && strings.HasPrefix(to, "socket:[") {
				sockets[strings.TrimSuffix(strings.TrimPrefix(to, "socket:["), "]")] = true
			}
		}
	}
	return sockets
}

// envOf sets a variable to what a file holds: env-of NAME FILE.
func envOf(ts *testscript.TestScript, neg bool, args []string) {
	ts.Setenv(args[0], strings.TrimSpace(ts.ReadFile(args[1])))
}

// fetch reads a page until it answers with a text: fetch URL TEXT.
func fetch(ts *testscript.TestScript, _ bool, args []string) {
	client := &http.Client{Timeout: 10 * time.Second}
	wait(ts, args[0]+" to say "+args[1], func() bool {
		req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, args[0], nil)
		ts.Check(err)
		res, err := client.Do(req)
		if err != nil {
			return false
		}
		body, err := io.ReadAll(res.Body)
		_ = res.Body.Close() // it was read
		return err == nil && strings.Contains(string(body), args[1])
	})
}
