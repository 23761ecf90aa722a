package checks

import (
	"context"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/ask"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/expr"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/why"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// probe is what one kind of probe knows of itself. A new one is a file that
// implements it, and a field of Check with its line in Check.slots.
type probe interface {
	// parse reads the probe from its part of a file.
	parse(p *parser, n *yaml.Node)
	// flaws reports what no cluster could answer to.
	flaws(f *flaws, c Check)
	// subject is what it looks at in the cluster.
	subject() subject
	// identity is the same for all probes that look at the same thing.
	identity() string
	// explaining lists the kinds that say why it does not pass.
	explaining() []why.Need
	// environment lists what its expressions can use, vars their values.
	environment() expr.Environment
	vars(s observation) map[string]any
	// judge decides by what was seen; e says how far the expectations hold.
	judge(c Check, s observation, e expectation, now time.Time) judgment
}

// What only some probes know of themselves.
type (
	// completer fills in what was left out.
	completer interface{ complete() error }
	// decider names the kinds without which a check on an object that is there cannot
	// be decided, beside the object's own.
	decider interface{ deciding(c Check) []string }
	// matching says which objects match is about, and whether there may be many.
	matching interface {
		matched(s observation) (objects []*kube.Object, many bool)
	}
	// counting counts, and says why the number is not the one wanted.
	counting interface {
		counted(s observation) (n int, asked bounds)
		countReason(n int, wanted string) lang.Message
	}
	// hollow says that there is nothing for the expectations to hold of, zero when there
	// is something or none is fine.
	hollow interface {
		nothing(c Check, s observation) lang.Message
	}
	// doubtful knows when a row of good looks is no luck.
	doubtful interface {
		enough(r *row, lasted time.Duration) bool
	}
)

// asker is a probe that asks something beyond the API's objects: a program in a
// pod, the learner's machine, the learner.
type asker interface {
	probe
	// ready reports that what it asks is there.
	ready(s observation) bool
	// judgeable reports that a reply can be held against the expectations.
	judgeable(r reply) bool
	// changes reports that it may answer otherwise the next time.
	changes() bool
	// consult asks. The error says that it was not possible to ask; what is wrong with
	// the answer is in the reply.
	consult(ctx context.Context, of outside, s observation) (reply, error)
}

// outside is whom askers ask: programs in pods, this machine, and the learner.
type outside struct {
	*ask.Client
	// runner and answers are nil where the engine was not given them.
	runner  Runner
	answers Answers
}

// reply is what an asker got.
type reply struct {
	// answers are what an http probe got, in order.
	answers []ask.Answer
	// output is what a command or a log said, nil when nobody could be asked.
	output *ask.Output
	// given is the learner's answer to a question.
	given *Answer
}

// subject is one object, or those of a kind that a selector chooses. Its kind is
// "" when a probe looks at nothing in the cluster.
type subject struct {
	kind, apiVersion, name string
	// namespace is "" for the one that the engine is asked about.
	namespace string
	// selector is nil for one object.
	selector labels.Selector
	// unwanted says that it should not be there.
	unwanted bool
}

func (s subject) one() bool { return s.kind != "" && s.selector == nil }

// in is the namespace that a subject is looked for in.
func (s subject) in(namespace string) string {
	if s.namespace != "" {
		return s.namespace
	}
	return namespace
}

// probe is the check's own; Parse sees to it that there is exactly one.
func (c Check) probe() probe {
	switch {
	case c.Object != nil:
		return c.Object
	case c.Objects != nil:
		return c.Objects
	case c.Absent != nil:
		return c.Absent
	case c.HTTP != nil:
		return c.HTTP
	}
	// It is asked many times for each check; the list is made for the seldom ones.
	if p, _ := c.chosen(); p != nil {
		return p
	}
	return nothing{}
}

// asker is the check's probe when it is one that asks.
func (c Check) asker() (asker, bool) {
	a, ok := c.probe().(asker)
	return a, ok
}

// Probe is the check's probe: the one field from Object to Answer that is set, nil
// when none is.
func (c Check) Probe() any {
	if p, _ := c.chosen(); p != nil {
		return p
	}
	return nil
}

// Kind is the key of the check's probe, such as "object" or "http".
func (c Check) Kind() string {
	_, key := c.chosen()
	return key
}

// Subject names what the check looks at, the same for all checks that look at
// the same thing: the later of two may take back what the earlier asked for.
func (c Check) Subject() string {
	if p, _ := c.chosen(); p != nil {
		return p.identity()
	}
	return c.ID
}

// Requires is the name of the one object without which the check cannot pass, "" when
// there is none.
func (c Check) Requires() string {
	if about := c.probe().subject(); about.one() && !about.unwanted {
		return about.name
	}
	return ""
}

// slot is the place of one kind of probe in a check.
type slot struct {
	// key is its key in a file.
	key string
	// get is the probe, nil when it is not set; fresh sets a new one, own a copy.
	get, fresh, own func() probe
}

// slots lists every kind of probe.
func (c *Check) slots() []slot {
	return []slot{
		slotOf("object", &c.Object),
		slotOf("objects", &c.Objects),
		slotOf("absent", &c.Absent),
		slotOf("http", &c.HTTP),
		slotOf("logs", &c.Logs),
		slotOf("exec", &c.Exec),
		slotOf("events", &c.Events),
		slotOf("rollout", &c.Rollout),
		slotOf("run", &c.Run),
		slotOf("answer", &c.Answer),
	}
}

func slotOf[T any, P interface {
	*T
	probe
}](key string, field **T,
) slot {
	return slot{
		key: key,
		get: func() probe {
			if *field == nil {
				return nil
			}
			return P(*field)
		},
		fresh: func() probe {
			*field = new(T)
			return P(*field)
		},
		own: func() probe {
			one := **field
			*field = &one
			return P(*field)
		},
	}
}

// chosen is the first probe that is set, with its key.
func (c *Check) chosen() (p probe, key string) {
	for _, s := range c.slots() {
		if p := s.get(); p != nil {
			return p, s.key
		}
	}
	return nil, ""
}

// identityOf joins what tells a probe's subject from others.
func identityOf(parts ...string) string { return strings.ToLower(strings.Join(parts, " ")) }
