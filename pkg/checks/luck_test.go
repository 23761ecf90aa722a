package checks

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/ask"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
)

// service is a made-up Service: some backends are wrong, and which one answers is
// chance.
type service struct {
	random          *rand.Rand
	backends, wrong int
	// each is how long one visit takes.
	each time.Duration
}

// look visits it a number of times, and reports whether all answers were right.
func (s service) look(times int) (good bool, took time.Duration) {
	good = true
	for range times {
		good = good && s.random.IntN(s.backends) >= s.wrong
	}
	return good, time.Duration(times) * s.each
}

// wait watches the Service as an engine does, for as long as limit, and returns when
// the check passed.
func (s service) wait(c Check, known int, limit time.Duration) (passed bool, after time.Duration) {
	var r row
	pause, begun := timing.FirstVisitPause, time.Unix(0, 0)
	for now := begun; now.Sub(begun) < limit; {
		at := now
		good, took := s.look(c.HTTP.Times)
		now = now.Add(took)
		if !good {
			r.end(true)
			now = now.Add(pause)
			pause = min(pause*8/5, timing.LongestVisitPause)
			continue
		}
		if r.looks == 0 {
			r = row{tries: r.tries, breaks: r.breaks, first: at, known: known}
		}
		r.looks, r.visits, r.last = r.looks+1, r.visits+c.HTTP.Times, at
		if r.sure(c) {
			return true, now.Sub(begun)
		}
		now = now.Add(r.pause(c))
	}
	return false, limit
}

// With one wrong backend a wait of two minutes ends in passed at most once in a
// thousand times where the API names the backends, and once in a hundred where not, whatever the number of backends and of visits, however fast they
// are; and whether or not the API tells how many backends there are, where it is up
// to four.
func TestLuckDoesNotPass(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	const waits = 2000
	for backends := 2; backends <= 12; backends++ {
		for _, times := range []int{1, 2, 6, 16} {
			for _, each := range []time.Duration{2 * time.Millisecond, 60 * time.Millisecond} {
				for _, known := range []int{backends, 1} {
					if known == 1 && (backends > unseenBackends || each > 10*time.Millisecond) {
						continue
					}
					s := service{rand.New(rand.NewPCG(seed, 1)), backends, 1, each}
					c := Check{HTTP: &HTTPProbe{Times: times}}
					passed := 0
					for range waits {
						if ok, _ := s.wait(c, known, 2*time.Minute); ok {
							passed++
						}
					}
					// The bound, and four times the deviation that chance has.
					bound := waits/1000 + 4*2
					if known < backends {
						bound = waits/100 + 4*5
					}
					if passed > bound {
						t.Errorf("%d backends (%d known), %d visits of %s: %d of %d waits passed", backends, known, times, each, passed, waits)
					}
				}
			}
		}
	}
}

// Where nothing is wrong, being sure takes little longer than a look.
func TestNoLuckIsNeededWhereAllIsWell(t *testing.T) {
	for _, backends := range []int{1, 2, 4, 10, 40} {
		for _, times := range []int{1, 6, 40} {
			for _, each := range []time.Duration{2 * time.Millisecond, 20 * time.Millisecond} {
				s := service{rand.New(rand.NewPCG(1, 1)), backends, 0, each}
				passed, after := s.wait(Check{HTTP: &HTTPProbe{Times: times}}, backends, time.Minute)
				first := time.Duration(times) * each
				if within := first + max(timing.Luck, first) + time.Duration(visitsNeeded(backends, 0, strictRisk))*each; !passed || after > within {
					t.Errorf("%d backends, %d visits of %s: passed %v after %s, want at most %s", backends, times, each, passed, after, within)
				}
			}
		}
	}
}

func TestVisitsNeeded(t *testing.T) {
	for want, got := range map[int]int{
		1:  visitsNeeded(1, 50, strictRisk),
		15: visitsNeeded(2, 0, strictRisk),
		34: visitsNeeded(4, 0, strictRisk),
		18: visitsNeeded(4, 0, unseenRisk),
		39: visitsNeeded(4, 1, strictRisk),
		93: visitsNeeded(10, 0, strictRisk),
	} {
		if got != want {
			t.Errorf("visitsNeeded gave %d, want %d", got, want)
		}
	}
}

// A row begins again when it is broken, and when others answer; after it was broken
// it must last.
func TestRows(t *testing.T) {
	start := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	probe := Check{Exec: &ExecProbe{}}
	r, s := row{}, observation{reply: reply{output: &ask.Output{}}}
	add := func(after time.Duration) bool {
		r.add(probe, s, start.Add(after))
		return r.sure(probe)
	}
	got := fmt.Sprint(add(0), add(200*time.Millisecond))
	r.end(true)
	got += fmt.Sprint("; broken ", add(time.Second), add(2*time.Second), add(3*time.Second), add(4*time.Second), add(5*time.Second), add(6*time.Second))
	r.end(true)
	r.end(false)
	got += fmt.Sprint("; again ", r.tries, r.breaks, r.looks)
	if want := "false true; broken false false false false false true; again 2 2 0"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for _, tt := range []struct {
		check Check
		want  int
	}{
		{Check{Exec: &ExecProbe{}, Looks: 1}, 1},
		{Check{Exec: &ExecProbe{}, Looks: 3}, 3},
		{Check{HTTP: &HTTPProbe{}, Looks: 2}, 2},
		{Check{Run: &RunProbe{}}, 1},
		{Check{Object: &ObjectProbe{}, For: 3 * time.Second}, 4},
	} {
		r, looks := row{}, 0
		for looks == 0 || !r.sure(tt.check) {
			r.add(tt.check, observation{}, start.Add(time.Duration(looks)*time.Second))
			looks++
		}
		if looks != tt.want {
			t.Errorf("%s: sure after %d looks, want %d", tt.check.Kind(), looks, tt.want)
		}
	}
}
