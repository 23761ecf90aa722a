package usage

import (
	"errors"
	"testing"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

func TestJoin(t *testing.T) {
	one, other := errors.New("one"), errors.New("other")
	for name, tt := range map[string]struct {
		errs []error
		want string
	}{
		"none":         {nil, ""},
		"nil only":     {[]error{nil, nil}, ""},
		"one":          {[]error{nil, one}, "one"},
		"two in order": {[]error{one, nil, other}, "one\nother"},
		"joined twice": {[]error{Join(one, other), one}, "one\nother\none"},
	} {
		got := ""
		if err := Join(tt.errs...); err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
	if all, ok := Join(Join(one, other), one).(Errors); !ok || len(all) != 3 { //nolint:errorlint // what Join made is not wrapped
		t.Errorf("Join within Join gave %v, want three in a row", all)
	}
	if err := Join(nil, one); err != one { //nolint:errorlint // it must be the same
		t.Errorf("Join changed its one error: %v", err)
	}
}

func TestAddHintsOnceAndLast(t *testing.T) {
	hint := lang.Same("look")
	first, last := &Error{What: lang.Same("first")}, &Error{What: lang.Same("last")}
	Add(Join(first, last, errors.New("of another kind")), hint)
	if len(first.Hints) != 0 || len(last.Hints) != 1 {
		t.Errorf("hints %v and %v, want one at the last", first.Hints, last.Hints)
	}
	Add(first, hint)
	if len(first.Hints) != 1 {
		t.Errorf("hints %v, want one", first.Hints)
	}
	Add(errors.New("of another kind"), hint)
	Add(nil, hint)
}
