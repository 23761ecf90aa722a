package node_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
)

func exitCode(err error) int {
	if e, ok := errors.AsType[*exec.ExitError](err); ok {
		return e.ExitCode()
	}
	return 0
}

func TestExec(t *testing.T) {
	ns := apply(t, sleeper)
	must(t, "-n", ns, "wait", "--for=condition=Ready", "pod/web", "--timeout="+patience.Limit().String())
	tests := map[string]struct {
		args     []string
		out, err string
		code     int
	}{
		"output":       {args: []string{"web", "--", "echo", "a", "b"}, out: "a b\n"},
		"exit code":    {args: []string{"web", "--", "exit", "7"}, out: "giving up\n", err: "command terminated with exit code 7", code: 7},
		"panic":        {args: []string{"web", "--", "panic"}, err: "panic: out of cheese", code: 2},
		"no program":   {args: []string{"web", "--", "vi"}, err: `exec: "vi": executable file not found in $PATH`, code: 1},
		"hosts file":   {args: []string{"web", "--", "cat", "/etc/resolv.conf"}, out: "search " + ns + ".svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n"},
		"no container": {args: []string{"web", "-c", "other", "--", "echo"}, err: "container other is not valid for pod web", code: 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			out, errs, err := kubectl(t, append([]string{"-n", ns, "exec"}, test.args...)...)
			if out != test.out || !strings.Contains(errs, test.err) || exitCode(err) != test.code {
				t.Errorf("out %q, err %q, code %d; want %q, %q, %d", out, errs, exitCode(err), test.out, test.err, test.code)
			}
		})
	}
}

func TestExecStdin(t *testing.T) {
	ns := apply(t, sleeper)
	must(t, "-n", ns, "wait", "--for=condition=Ready", "pod/web", "--timeout="+patience.Limit().String())
	cmd := kubectlCommand(t.Context(), "-n", ns, "exec", "-i", "web", "--", "upper")
	cmd.Stdin = strings.NewReader("quiet\n")
	out, err := cmd.Output()
	if err != nil || string(out) != "QUIET\n" {
		t.Errorf("exec -i: %q, %v", out, err)
	}
}

func TestLogsFollow(t *testing.T) {
	ns := apply(t, sleeper)
	must(t, "-n", ns, "wait", "--for=condition=Ready", "pod/web", "--timeout="+patience.Limit().String())
	cmd := kubectlCommand(t.Context(), "-n", ns, "logs", "-f", "web")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	if line, err := lines.ReadString('\n'); line != "listening\n" {
		t.Errorf("first line %q, %v", line, err)
	}
	must(t, "-n", ns, "delete", "pod", "web")
	if rest, err := io.ReadAll(lines); string(rest) != "stopping\n" || err != nil {
		t.Errorf("rest %q, %v", rest, err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("logs -f: %v", err)
	}
}

func TestImageChange(t *testing.T) {
	ns := apply(t, sleeper)
	must(t, "-n", ns, "wait", "--for=condition=Ready", "pod/web", "--timeout="+patience.Limit().String())
	must(t, "-n", ns, "set", "image", "pod/web", "web=web:2.0")
	eventually(t, "the new image", func() bool {
		return jsonpath(t, ns, "pod/web", ".status.containerStatuses[0].image") == "docker.io/library/web:2.0"
	})
	if events := must(t, "-n", ns, "get", "events"); !strings.Contains(events, "Container web definition changed, will be restarted") {
		t.Errorf("no Killing in\n%s", events)
	}
}

func TestPortForward(t *testing.T) {
	ns := apply(t, sleeper)
	must(t, "-n", ns, "wait", "--for=condition=Ready", "pod/web", "--timeout="+patience.Limit().String())
	ctx, cancel := context.WithCancel(t.Context())
	cmd := kubectlCommand(ctx, "-n", ns, "port-forward", "pod/web", ":80")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		cancel()
		_ = cmd.Wait()
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	address := regexp.MustCompile(`127\.0\.0\.1:\d+`).FindString(line)
	for range 3 {
		if got := get(t, "http://"+address+"/"); !strings.HasPrefix(got, "hello from web to 127.0.0.1:") {
			t.Errorf("through port-forward: %q", got)
		}
	}
}

// get reads a page over the machine's own network, a connection each time.
func get(t *testing.T, url string) string {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := client.Do(req)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = res.Body.Close() }()
	body, _ := io.ReadAll(res.Body)
	return string(body)
}
