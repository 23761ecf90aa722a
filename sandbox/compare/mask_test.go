package compare

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMask(t *testing.T) {
	for name, test := range map[string]struct{ in, want string }{
		"a table is set anew": {
			in:   "NAME                   READY   STATUS    RESTARTS      AGE   IP\nweb-5d4f8c7b9d-x2x2x   1/1     Running   2 (12s ago)   3m2s  10.1.2.3\n",
			want: "NAME                  READY   STATUS    RESTARTS              AGE     IP\nweb-<hash-1>-<id-1>   1/1     Running   <count> (<age> ago)   <age>   <ip-1>\n",
		},
		"the same address is the same": {
			in:   "10.1.2.3 10.1.2.4 10.1.2.3 127.0.0.1",
			want: "<ip-1> <ip-2> <ip-1> 127.0.0.1",
		},
		"namespace and node": {
			in:   "assigned compare-abc/web to node-10, not node-1",
			want: "assigned <namespace>/web to <node>, not <node>",
		},
		"a pod in a back-off": {
			in:   "failed container web in pod web-5d4f8c7b9d-x2x2x_compare-abc(01234567-89ab-cdef-0123-456789abcdef)",
			want: "failed container web in pod web-<hash-1>-<id-1>_<namespace>(<uid-1>)",
		},
		"times": {
			in:   "2026-11-21T06:04:18.5Z Sat, 21 Nov 2026 06:04:18 +0000 [21/Nov/2026:06:04:18 +0000] 2026/11/21 06:04:18 [emerg]",
			want: "<time> <time> [<time>] <time> [emerg]",
		},
		"words that teach stay": {
			in:   "delay=1s timeout=1s period=10s; back-off 10s; exit 137; Back-off restarting failed container; 80/TCP",
			want: "delay=1s timeout=1s period=10s; back-off 10s; exit 137; Back-off restarting failed container; 80/TCP",
		},
		"node ports": {
			in:   "80:31234/TCP",
			want: "80:<node-port-1>/TCP",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := newMasks("compare-abc", []string{"node-1", "node-10"}).mask(test.in)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMaskEvents(t *testing.T) {
	in := `Events:
  Type     Reason     Age                From               Message
  ----     ------     ----               ----               -------
  Normal   Started    5s (x2 over 9s)    kubelet            Container started
  Normal   Scheduled  9s                 default-scheduler  Successfully assigned a/b to c
  Warning  Unhealthy  1s                 kubelet            Startup probe failed: no
  Warning  Unhealthy  2s                 kubelet            Startup probe failed: no
`
	want := `Events:
  Type      Reason      Age     From                Message
  Normal    Scheduled   <age>   default-scheduler   Successfully assigned a/b to c
  Normal    Started     <age>   kubelet             Container started
  Warning   Unhealthy   <age>   kubelet             Startup probe failed: no
`
	if diff := cmp.Diff(want, newMasks("ns", nil).mask(in)); diff != "" {
		t.Error(diff)
	}
}

func TestParse(t *testing.T) {
	for name, test := range map[string]struct{ in, wantErr string }{
		"sound":            {in: "# It shows. More.\nshow kubectl get pods | lines a | sort\n"},
		"no comment":       {in: "show kubectl get pods\n", wantErr: "a.txtar:1: no comment"},
		"an unknown verb":  {in: "# It.\nlook kubectl get pods\n", wantErr: `a.txtar:2: unknown verb "look"`},
		"too few words":    {in: "# It.\nuntil kubectl\n", wantErr: `"until" needs at least 3 words`},
		"an open quote":    {in: "# It.\nshow kubectl 'get\n", wantErr: "a quote is not closed"},
		"a bad filter":     {in: "# It.\nshow kubectl get pods | shuffle\n", wantErr: `unknown filter "shuffle"`},
		"a bad expression": {in: "# It.\nshow kubectl get pods | lines (\n", wantErr: "missing closing )"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := parse("a", []byte(test.in))
			if test.wantErr == "" && (err != nil || s.Shows != "It shows" || len(s.steps[0].filters) != 2) {
				t.Errorf("%v, %v", s, err)
			}
			if test.wantErr != "" && (err == nil || !strings.Contains(err.Error(), test.wantErr)) {
				t.Errorf("error %v, want %q", err, test.wantErr)
			}
		})
	}
}

func TestFiltered(t *testing.T) {
	text := "NAME   READY\nb      1/1\na      0/1\n"
	describe := "Name:  web\nState:  Waiting\n  Reason:  Error\nReady:  False\n"
	for name, test := range map[string]struct {
		in   string
		line string
		want string
	}{
		"sort keeps the head":  {in: text, line: "sort", want: "NAME   READY\na      0/1\nb      1/1\n"},
		"lines":                {in: text, line: "lines ^a", want: "a      0/1\n"},
		"without":              {in: text, line: "without ^a | without NAME", want: "b      1/1\n"},
		"only, each text once": {in: text, line: "only /1", want: "/1\n"},
		"head":                 {in: text, line: "head 1", want: "NAME   READY\n"},
		"section":              {in: describe, line: "section State", want: "State:  Waiting\n  Reason:  Error\n"},
		"nothing is left":      {in: text, line: "lines none", want: ""},
	} {
		t.Run(name, func(t *testing.T) {
			st, err := parseStep(1, "show kubectl x | "+test.line)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, filtered(test.in, st.filters)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
