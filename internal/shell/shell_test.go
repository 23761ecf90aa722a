package shell

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// program writes an executable that prints its name and arguments.
func program(t *testing.T, dir, name string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell script as a program")
	}
	file := filepath.Join(dir, name)
	if err := os.WriteFile(file, []byte("#!/bin/sh\necho "+name+" \"$@\" config=$KUBECONFIG\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestRun(t *testing.T) {
	dir, with, without := t.TempDir(), t.TempDir(), t.TempDir()
	program(t, with, "kubectl")
	plugin, sandbox := program(t, dir, "plugin"), program(t, dir, "sandbox")
	for name, tt := range map[string]struct {
		path, command, want string
		env                 []string
		status              int
	}{
		"kubectl of the learner":         {path: with, command: "kubectl get pods", want: "kubectl get pods config=K\n"},
		"kubectl of the sandbox":         {path: without, command: "kubectl get pods", want: "sandbox kubectl get pods config=K\n"},
		"curl of the sandbox":            {path: without, command: "curl -s x", want: "sandbox curl -s x config=K\n"},
		"the plugin without being there": {path: without, command: "kubectl learn url service/web", want: "plugin url service/web config=K\n"},
		"kubectl by its short name":      {path: without, command: "k get pods", want: "sandbox kubectl get pods config=K\n"},
		"a substitution":                 {path: without, command: `echo "at $(kubectl learn url x)"`, want: "at plugin url x config=K\n"},
		"a status":                       {path: without, command: "exit 3", status: 3},
		"not found":                      {path: without, command: "kubetcl get pods", want: "\"kubetcl\": executable file not found in $PATH\n", status: 127},
		"env for one command":            {path: without, command: "echo $X; echo [$X]", env: []string{"Y=it's"}, want: "\n[]\n"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := New(Config{Dir: dir, Env: []string{"PATH=" + tt.path}, Kubeconfig: "K", Plugin: plugin, Sandbox: sandbox})
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			status, err := s.Run(context.Background(), tt.command, &out, &out, tt.env...)
			if err != nil || status != tt.status || out.String() != tt.want {
				t.Errorf("Run: status %d, %v, printed %q; want %d and %q", status, err, out.String(), tt.status, tt.want)
			}
		})
	}
}

func TestKubectlReadsNoWebSocketsOfAClusterNearby(t *testing.T) {
	const name = "KUBECTL_REMOTE_COMMAND_WEBSOCKETS"
	for _, tt := range []struct {
		nearby bool
		env    []string
		want   string
	}{
		{false, nil, "\n"},
		{true, nil, "false\n"},
		{true, []string{name + "=true"}, "true\n"},
	} {
		s, err := New(Config{Dir: t.TempDir(), Env: tt.env, Nearby: tt.nearby})
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if _, err := s.Run(t.Context(), "echo $"+name, &out, &out); err != nil || out.String() != tt.want {
			t.Errorf("nearby %v, %v: got %q, %v; want %q", tt.nearby, tt.env, out.String(), err, tt.want)
		}
	}
}

func TestRunKeepsStateAndRefusesHalfACommand(t *testing.T) {
	s, err := New(Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	for _, c := range []string{"x=1", `echo "x is $x"`} {
		if _, err := s.Run(context.Background(), c, &out, &out); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Run(context.Background(), "cd / && pwd; cd /", io.Discard, io.Discard); err != nil {
		t.Fatal(err)
	}
	var here bytes.Buffer
	if _, err := s.Run(context.Background(), "pwd -P", &here, &here); err != nil || strings.TrimSpace(here.String()) == "/" {
		t.Errorf("after cd, a command began in %q, %v", here.String(), err)
	}
	if out.String() != "x is 1\n" {
		t.Errorf("printed %q, want the variable kept", out.String())
	}
	if _, err := s.Run(context.Background(), `echo "half`, &out, &out); err == nil || !strings.Contains(err.Error(), "quote") {
		t.Errorf("half a command: %v, want an error that names the quote", err)
	}
}
