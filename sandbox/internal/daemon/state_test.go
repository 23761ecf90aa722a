package daemon

import (
	"errors"
	"os"
	"strings"
	"testing"
)

func TestStateFollows(t *testing.T) {
	own := state{Format: 2, Kubernetes: "v1.36.3", Etcd: "3.7.3"}
	tests := []struct {
		name     string
		old      state
		want     string
		wantHint string
	}{
		{"the same", own, "", ""},
		{"an older format", state{1, "v1.36.3", "3.7.3"}, "", ""},
		{"a newer format", state{3, "v1.36.3", "3.7.3"}, "with format 3, wrote the sandbox's saved objects; this version has format 2", "use the newer program again"},
		{"an older patch", state{2, "v1.36.0", "3.7.0"}, "", ""},
		{"a newer patch", state{2, "v1.36.9", "3.7.9"}, "", ""},
		{"the minor before", state{2, "v1.35.7", "3.6.1"}, "", ""},
		{"a newer minor", state{2, "v1.37.0", "3.7.3"}, "a newer version of this program, with Kubernetes 1.37, wrote the sandbox's saved objects; this version has Kubernetes 1.36", "use the newer program again"},
		{"a jump", state{2, "v1.34.0", "3.6.1"}, "with Kubernetes 1.34 wrote the sandbox's saved objects; this program has Kubernetes 1.36 and can't skip versions", "with a program that has Kubernetes 1.35,"},
		{"a newer etcd", state{2, "v1.36.3", "3.8.0"}, "a newer version of this program, with etcd 3.8", "newer program"},
		{"an etcd of long ago", state{2, "v1.35.3", "3.5.0"}, "can't skip versions", "etcd 3.6"},
		{"no version at all", state{2, "soon", "3.7.3"}, "failed to read", "reset"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := own.follows(tt.old)
			if tt.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			hinted, ok := errors.AsType[*HintError](err)
			if !ok || !strings.Contains(hinted.What.EN, tt.want) || !strings.Contains(hinted.Hints[0].EN, tt.wantHint) {
				t.Errorf("%+v", err)
			}
		})
	}
}

func TestStateIsNoted(t *testing.T) {
	f := testFolder(t)
	for range 2 {
		if err := f.openState(); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(f.file("state.json"))
	if err != nil || !strings.Contains(string(data), `"kubernetes": "v1.36.3"`) {
		t.Errorf("%s, %v", data, err)
	}
	newer := []byte(`{"format":1,"kubernetes":"v1.99.0","etcd":"3.7.3"}`)
	if err := os.WriteFile(f.file("state.json"), newer, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := f.openState(); err == nil {
		t.Error("a newer state is opened")
	}
	if data, _ := os.ReadFile(f.file("state.json")); string(data) != string(newer) {
		t.Error("a state that was refused is changed")
	}
}
