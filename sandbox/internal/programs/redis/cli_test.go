package redis

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/programtest"
)

// redis-cli prints what the real one printed. PORT stands for the server's.
func TestCLIRecorded(t *testing.T) {
	address := ""
	real := func(t *testing.T, c programtest.Case) programtest.Result {
		t.Helper()
		if address == "" {
			address = realServer(t)
		}
		_, port, _ := net.SplitHostPort(address)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		command := exec.CommandContext(ctx, "sh", "-c", strings.ReplaceAll(c.Line, "PORT", port)) //nolint:gosec // the test's own lines
		var out, errs bytes.Buffer
		command.Stdin, command.Stdout, command.Stderr = strings.NewReader(c.Input), &out, &errs
		err := command.Run()
		if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended {
			t.Fatal(err)
		}
		mask := func(s string) string { return strings.ReplaceAll(s, port, "PORT") }
		return programtest.Result{Out: mask(out.String()), Err: mask(errs.String()), Code: command.ProcessState.ExitCode()}
	}
	network, _, _ := startServer(t)
	sandbox := func(t *testing.T, c programtest.Case) programtest.Result {
		t.Helper()
		words, err := split(strings.ReplaceAll(c.Line, "PORT", "6379"))
		if err != nil {
			t.Fatal(err)
		}
		p := programtest.New(t, nil, nil, network, serverIP, words...)
		p.Stdin = strings.NewReader(c.Input)
		code := CLI("7.0.15")(t.Context(), p.Process)
		mask := func(s string) string { return strings.ReplaceAll(s, "6379", "PORT") }
		return programtest.Result{Out: mask(p.Out.String()), Err: mask(p.Err.String()), Code: code}
	}
	mask := regexp.MustCompile(`nothing to mask`)
	programtest.Recorded(t, "testdata/cli.txt", 50, func(s string) string { return mask.ReplaceAllString(s, "") }, real, sandbox)
}
