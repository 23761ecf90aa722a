package program

import (
	"errors"
	"net"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-learn/kubectl-learn/images"
	"github.com/kubectl-learn/kubectl-learn/images/imagetest"
	"github.com/kubectl-learn/kubectl-learn/images/service"
)

// Every image of the list runs, on its port, and says its version.
func TestEveryImage(t *testing.T) {
	seen := map[string]bool{}
	for _, image := range images.All() {
		if seen[image.Ref()] {
			t.Errorf("%s stands twice", image.Ref())
		}
		seen[image.Ref()] = true
		r := imagetest.Start(t, Run, ":"+strconv.Itoa(int(image.Port)), service.World{
			Args: image.Entrypoint(), Environ: append(image.Environ(), "STARTUP_SECONDS=0"),
		})
		status, body, header := r.Get(t, "/healthz")
		if status != 200 || body != "ok\n" || header.Get("X-App-Version") != image.Tag {
			t.Errorf("%s: %d %q %v", image.Ref(), status, body, header)
		}
		if want := image.Name + " " + image.Tag; !strings.Contains(r.Out.String(), want) {
			t.Errorf("%s: its name is not in its log:\n%s", image.Ref(), r.Out)
		}
	}
}

func TestCommandLine(t *testing.T) {
	for _, tt := range []struct {
		args     []string
		code     int
		out, err string
	}{
		{[]string{"env"}, 0, "A=3\nB=2\n", ""},
		{[]string{images.Env}, 0, "A=3\nB=2\n", ""},
		{[]string{"env", "sh"}, 125, "", "env: takes no arguments here"},
		{[]string{images.Program}, 2, "", "one of these is wanted: frontend, greeting, hello, pay, user, web-app"},
		{[]string{images.Program, "fly"}, 2, "", `unknown arguments ["fly"]`},
		{[]string{images.Program, "pay", "more"}, 2, "", `unknown arguments ["pay" "more"]`},
		{[]string{images.Program, "pay"}, 1, "", "failed to listen on :80: permission denied"},
	} {
		var out, errs imagetest.Buffer
		code := Run(t.Context(), service.World{
			Args: tt.args, Environ: []string{"A=1", "B=2", "A=3"}, Stdout: &out, Stderr: &errs,
			Listen: func(string, string) (net.Listener, error) { return nil, errors.New("permission denied") },
		})
		if diff := cmp.Diff(tt.out, out.String()); diff != "" || code != tt.code || !strings.Contains(errs.String(), tt.err) {
			t.Errorf("%q: exit code %d, errors %q\n%s", tt.args, code, &errs, diff)
		}
	}
}
