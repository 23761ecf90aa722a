package volumes

import (
	"testing"
	"time"
)

func TestTokenStale(t *testing.T) {
	begun := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		life, after time.Duration
		want        bool
	}{
		"new":                   {time.Hour, 0, false},
		"before four fifths":    {time.Hour, 47 * time.Minute, false},
		"after four fifths":     {time.Hour, 49 * time.Minute, true},
		"a year, within a day":  {365 * 24 * time.Hour, 23 * time.Hour, false},
		"a year, after one day": {365 * 24 * time.Hour, 25 * time.Hour, true},
	} {
		t.Run(name, func(t *testing.T) {
			token := issued{"t", begun, begun.Add(test.life)}
			if got := token.stale(begun.Add(test.after)); got != test.want {
				t.Errorf("stale %v, want %v", got, test.want)
			}
		})
	}
}
