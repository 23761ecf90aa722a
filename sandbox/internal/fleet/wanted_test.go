package fleet

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNumber(t *testing.T) {
	for name, want := range map[string]int{
		"sandbox-1": 1, "sandbox-10": 10, "sandbox-0": 0, "sandbox-11": 0, "sandbox-01": 0, "sandbox-+1": 0, "sandbox-": 0, "node-1": 0, "": 0,
	} {
		if got, ok := Number(name); ok != (want > 0) || ok && got != want {
			t.Errorf("%q: %d, %v, want %d", name, got, ok, want)
		}
	}
}

func TestWanted(t *testing.T) {
	tests := []struct {
		wanted  Wanted
		wantErr string
	}{
		{Wanted{Count: 1}, ""},
		{Wanted{Count: 10, Stopped: []string{"sandbox-10"}}, ""},
		{Wanted{}, "between 1 and 10"},
		{Wanted{Count: 11}, "between 1 and 10"},
		{Wanted{Count: 2, Stopped: []string{"sandbox-3"}}, `"sandbox-3"`},
		{Wanted{Count: 2, Stopped: []string{"other"}}, `"other"`},
	}
	for _, tt := range tests {
		err := tt.wanted.Validate()
		if (err == nil) != (tt.wantErr == "") || err != nil && !strings.Contains(err.Error(), tt.wantErr) {
			t.Errorf("%+v: %v, want %q", tt.wanted, err, tt.wantErr)
		}
	}
}

func TestNodesAreInOrder(t *testing.T) {
	f := &Fleet{states: map[string]State{"sandbox-10": Running, "sandbox-2": Stopped, "sandbox-1": Running}}
	want := []Node{{"sandbox-1", Running}, {"sandbox-2", Stopped}, {"sandbox-10", Running}}
	if diff := cmp.Diff(want, f.nodes()); diff != "" {
		t.Error(diff)
	}
}

type answer struct{}

func (answer) RoundTrip(*http.Request) (*http.Response, error) { return nil, nil }

// Whatever of a node still runs when its plug is pulled, it cannot write.
func TestPlug(t *testing.T) {
	ctx, pull := context.WithCancel(t.Context())
	p := plug{ctx, answer{}}
	if _, err := p.RoundTrip(nil); err != nil { //nolint:bodyclose // there is no answer
		t.Error(err)
	}
	pull()
	if _, err := p.RoundTrip(nil); !errors.Is(err, errUnplugged) { //nolint:bodyclose // there is no answer
		t.Errorf("error %v", err)
	}
}
