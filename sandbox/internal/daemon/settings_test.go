package daemon

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestSettings(t *testing.T) {
	s := Settings{Nodes: 3, Stopped: []string{"sandbox-2", "sandbox-3"}, IdleTimeout: 90 * time.Minute}
	got, err := parseSettings(s.data())
	if diff := cmp.Diff(s, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if got, err := parseSettings(nil); err != nil || got.Nodes != 1 || got.IdleTimeout != 2*time.Hour || len(got.Stopped) > 0 {
		t.Errorf("%+v, %v", got, err)
	}
	for want, data := range map[string]map[string]string{
		`nodes: "many"`:       {"nodes": "many"},
		"between 1 and 10":    {"nodes": "11"},
		`no node "sandbox-2"`: {"stopped": "sandbox-2"},
		`no node "x"`:         {"stopped": "x"},
		`idleTimeout: "-1s"`:  {"idleTimeout": "-1s"},
		`idleTimeout: "soon"`: {"idleTimeout": "soon"},
	} {
		if _, err := parseSettings(data); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: error %v, want %q", data, err, want)
		}
	}
}

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]string{
		2 * time.Hour: "2 h / 2 小时", 90 * time.Minute: "1 h 30 min / 1 小时 30 分钟", 10 * time.Second: "10 s / 10 秒", 0: "0s / 0s",
	} {
		if got := Span(d); got.EN+" / "+got.ZH != want {
			t.Errorf("%s: %q", d, got)
		}
	}
}
