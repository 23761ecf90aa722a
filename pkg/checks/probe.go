package checks

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/ask"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/expr"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/why"
)

// probe is what one kind of probe knows of itself. A new one is a file that
// implements it, a line in Check.probes and one in parser.check.
type probe interface {
	// subject is what it looks at in the cluster.
	subject() subject
	// explaining lists the kinds that say why it does not hold.
	explaining() []why.Need
	// environment is what its expressions speak of, vars their values.
	environment() expr.Environment
	vars(s observation) map[string]any
	// judge decides by what was seen; e says how far the expectations hold.
	judge(c Check, s observation, e expectation, now time.Time) judgment
}

// asker is a probe that asks something beyond the API's objects: a program in a
// pod, the learner's machine, the learner.
type asker interface {
	probe
	// ready reports that what it asks is there.
	ready(s observation) bool
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
}

func (s subject) one() bool { return s.kind != "" && s.selector == nil }

// in is the namespace that a subject is looked for in.
func (s subject) in(namespace string) string {
	if s.namespace != "" {
		return s.namespace
	}
	return namespace
}

// named is a probe with the key that it has in a file.
type namedProbe struct {
	key   string
	set   bool
	probe probe
}

// probes lists every kind of probe, with the one that is set.
func (c Check) probes() []namedProbe {
	return []namedProbe{
		{"object", c.Object != nil, c.Object},
		{"objects", c.Objects != nil, c.Objects},
		{"absent", c.Absent != nil, c.Absent},
		{"http", c.HTTP != nil, c.HTTP},
		{"logs", c.Logs != nil, c.Logs},
		{"exec", c.Exec != nil, c.Exec},
		{"events", c.Events != nil, c.Events},
		{"rollout", c.Rollout != nil, c.Rollout},
		{"run", c.Run != nil, c.Run},
		{"answer", c.Answer != nil, c.Answer},
	}
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
	for _, p := range c.probes() {
		if p.set {
			return p.probe
		}
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
	for _, p := range c.probes() {
		if p.set {
			return p.probe
		}
	}
	return nil
}

// Kind is the key of the check's probe, such as "object" or "http".
func (c Check) Kind() string {
	for _, p := range c.probes() {
		if p.set {
			return p.key
		}
	}
	return ""
}
