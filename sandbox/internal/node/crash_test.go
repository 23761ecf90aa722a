package node

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	clocktesting "k8s.io/utils/clock/testing"
)

// TestHoldBack crashes a container by a clock of its own: what each crash is
// held back by, when the container ran so long before it.
func TestHoldBack(t *testing.T) {
	for name, test := range map[string]struct {
		ran  []time.Duration
		want []time.Duration
	}{
		"doubles to five minutes": {
			ran: make([]time.Duration, 8),
			want: []time.Duration{
				0, 10 * time.Second, 20 * time.Second, 40 * time.Second, 80 * time.Second, 160 * time.Second, 5 * time.Minute, 5 * time.Minute,
			},
		},
		"nearly ten minutes of running do not count": {
			ran:  []time.Duration{0, 0, 0, 9 * time.Minute},
			want: []time.Duration{0, 10 * time.Second, 20 * time.Second, 40 * time.Second},
		},
		"more than ten minutes begin anew": {
			ran:  []time.Duration{0, 0, 0, 11 * time.Minute, 0},
			want: []time.Duration{0, 10 * time.Second, 20 * time.Second, 0, 10 * time.Second},
		},
	} {
		t.Run(name, func(t *testing.T) {
			clock := clocktesting.NewFakeClock(time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC))
			b := newCrashBackOff(clock)
			var got []time.Duration
			for _, ran := range test.ran {
				clock.Step(ran)
				ended := clock.Now()
				begun := clock.Now()
				for holdBack(b, "c", ended) > 0 {
					clock.Step(time.Second)
				}
				got = append(got, clock.Since(begun))
			}
			if d := cmp.Diff(test.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}
