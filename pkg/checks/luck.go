package checks

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/ask"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// A look at what a program does may be lucky: six visits to a Service of four pods
// miss the wrong one every sixth time, and who looks again until a look is good has
// that luck soon. So a check of behaviour passes only after a row of good looks. How
// long the row must be is calculated, not guessed: with n backends of which one is
// wrong, v visits miss it with the chance (1-1/n)^v. The first row may be wrong with
// the chance risk*6/π², and each bad look makes the rows after it longer, as 1/tries²
// falls: all rows together are wrong with the chance risk at most, however long one
// waits (the sum of 1/k² is π²/6).
const (
	// strictRisk applies to what answers fast, slowRisk of what has been asked for
	// timing.Slow and is too slow for more.
	strictRisk, slowRisk = 1e-4, 1e-3
	// There may be unseenBackends behind the ones that the API knows. A row that takes
	// less than timing.Luck counts them in, with unseenRisk.
	unseenBackends = 4
	unseenRisk     = 1e-2
	// maxRow bounds the answers that are kept of a row.
	maxRow = 1000
)

// row is a number of looks, one after the other, in each of which a check held.
type row struct {
	looks, visits int
	// first and last are when its first and its last look began.
	first, last time.Time
	// backends are those that could answer, as the API knows them.
	backends string
	known    int
	answers  []ask.Answer
	// tries counts the bad looks before it, breaks those that ended a row.
	tries, breaks int
}

// add counts a good look. With other backends the row begins again.
func (r *row) add(c Check, s observation, at time.Time) {
	backends := backendsOf(c, s)
	if key := strings.Join(backends, " "); r.looks == 0 || key != r.backends {
		*r = row{tries: r.tries, breaks: r.breaks, first: at, backends: key, known: len(backends)}
	}
	r.looks++
	r.last = at
	r.visits += max(len(s.answers), 1)
	if c.HTTP != nil && len(r.answers) < maxRow {
		r.answers = append(r.answers, s.answers...)
	}
}

// end ends a row. A look that showed what was not asked for is a try that failed;
// one that showed nothing is none.
func (r *row) end(showed bool) {
	next := row{tries: r.tries, breaks: r.breaks}
	if showed {
		next.tries++
		if r.looks > 0 {
			next.breaks++
		}
	}
	*r = next
}

// sure reports that the row is no luck, and lasted as long as the check asks for.
func (r *row) sure(c Check) bool {
	lasted := r.last.Sub(r.first)
	switch {
	case lasted < c.For:
		return false
	case c.Looks > 0:
		return r.looks >= c.Looks
	}
	if p, is := c.probe().(doubtful); is {
		return p.enough(r, lasted)
	}
	return true
}

func (r *row) enoughVisits(lasted time.Duration) bool {
	if r.looks < 2 || lasted < r.spread() {
		return false
	}
	risk := strictRisk
	if lasted >= timing.Slow {
		risk = slowRisk
	}
	return r.visits >= visitsNeeded(r.known, r.tries, risk) &&
		(lasted >= timing.Luck || r.visits >= visitsNeeded(unseenBackends, r.tries, unseenRisk))
}

// enoughLooks is for what is asked as a whole: nobody knows how many answer.
func (r *row) enoughLooks(lasted time.Duration) bool {
	if r.tries == 0 {
		return r.looks >= 2
	}
	return r.looks >= 3*min(1<<r.breaks, 8) && lasted >= r.spread()
}

// spread is how long a row must last: what holds now and then may hold for a while.
func (r *row) spread() time.Duration {
	if r.breaks == 0 {
		return 0
	}
	return min(timing.Luck<<min(r.breaks-1, 8), timing.LongestSpread)
}

// pause is the rest before the next look of a row.
func (r *row) pause(c Check) time.Duration {
	pause := timing.LookPause
	if c.HTTP != nil && c.Looks == 0 && r.visits < visitsNeeded(max(r.known, unseenBackends), r.tries, strictRisk) {
		pause = 0
	}
	return min(max(pause, c.For/20), timing.LongestLookPause)
}

// visitsNeeded is how many visits in a row miss one wrong backend of n with no more
// than the share of the risk that is left to a row after so many tries.
func visitsNeeded(n, tries int, risk float64) int {
	if n <= 1 {
		return 1
	}
	share := risk * 6 / math.Pi / math.Pi / float64((tries+1)*(tries+1))
	return int(math.Ceil(math.Log(share) / math.Log(1-1/float64(n))))
}

// lasting reports that one good look is not enough for a check.
func (c Check) lasting() bool {
	_, doubted := c.probe().(doubtful)
	return c.For > 0 || c.Looks > 1 || c.Looks == 0 && doubted
}

// whyHeld says what is still to come for a check that holds.
func (c Check) whyHeld() lang.Message {
	switch {
	case c.For > 0:
		return lang.Messagef("it passes now, but must keep passing for %s", "目前符合要求，需要不间断地保持 %s", plainDuration(c.For))
	case c.Looks > 0:
		return lang.Messagef("it passes now, but must pass %d times in a row", "目前符合要求，需要连续 %d 次查看都符合", c.Looks)
	}
	return lang.Messagef("it passes now; checking again to be sure", "目前符合要求，正在再次查看以确认")
}

// plainDuration writes "2m" for "2m0s".
func plainDuration(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// showed reports that a look showed something of what was asked.
func (s observation) showed() bool {
	return s.output != nil || slices.ContainsFunc(s.answers, func(a ask.Answer) bool { return a.Err == "" })
}

// heldTogether reports that a look that was bad by itself says nothing against the
// row: with the answers of the row it holds, in whatever order. "Two pods answer" is
// not refuted by a look in which one did.
func (r *row) heldTogether(ctx context.Context, c Check, s observation, now time.Time) bool {
	if c.condition == nil || r.looks == 0 || len(s.answers) == 0 {
		return false
	}
	for _, answers := range [][]ask.Answer{
		slices.Concat(r.answers, s.answers), slices.Concat(s.answers, r.answers),
	} {
		s.answers = answers
		if evaluate(ctx, c, s, now).Verdict != Passed {
			return false
		}
	}
	return true
}

// backendsOf are the addresses behind the Service that is asked, as its slices or
// else its ready pods have them; none where nobody knows.
func backendsOf(c Check, s observation) []string {
	if c.HTTP == nil || c.HTTP.Service == "" || s.object == nil || s.Around == nil {
		return nil
	}
	known := map[string]bool{}
	for _, slice := range s.Around.List("EndpointSlice") {
		if slice.GetLabels()["kubernetes.io/service-name"] != c.HTTP.Service {
			continue
		}
		for _, endpoint := range kube.Maps(slice.Object, "endpoints") {
			addresses, _ := kube.At(endpoint, "addresses").([]any)
			if ready, said := kube.At(endpoint, "conditions", "ready").(bool); (ready || !said) && len(addresses) > 0 {
				known[words.Plain(addresses[0])] = true
			}
		}
	}
	if selector := kube.Selector(s.object); len(known) == 0 && len(selector) > 0 {
		for _, pod := range kube.Selected(selector, s.Around.List("Pod")) {
			if kube.Ready(pod) {
				known[pod.GetName()] = true
			}
		}
	}
	list := make([]string, 0, len(known))
	for name := range known {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}
