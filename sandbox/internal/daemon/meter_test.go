package daemon

import (
	"testing"
	"time"
)

func TestMeter(t *testing.T) {
	now := time.Unix(0, 0)
	m := newMeter(func() time.Time { return now })
	want := func(second int64) {
		t.Helper()
		if got := m.Last(); got.Unix() != second {
			t.Errorf("last used at %d, want %d", got.Unix(), second)
		}
	}
	pass := func(seconds int) { now = now.Add(time.Duration(seconds) * time.Second) }
	pass(5)
	want(0)
	one := m.Begin()
	want(5)
	pass(1)
	two := m.Begin()
	pass(1)
	one()
	pass(10)
	want(17) // the second still goes on
	two()
	pass(3)
	want(17)
}
