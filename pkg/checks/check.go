package checks

import (
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/expr"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// Position is a place in a file. Lines count from 1.
type Position struct {
	File string
	Line int
}

// String returns the position as "file:line".
func (p Position) String() string { return fmt.Sprintf("%s:%d", p.File, p.Line) }

// Check is a probe with its expectations. Exactly one of the fields from Object to
// Answer is set. Checks come from Parse, or are built or changed in Go: an Engine
// fills in what was left out and compiles what was not, and a check that is not right
// is Unknown.
type Check struct {
	ID   string
	Name string
	// Grace is how long the cluster may take to catch up after a change before
	// its state counts as settled: 3 s by default. Names may take longer,
	// as a cluster's DNS caches for a while that there was none.
	Grace time.Duration
	// For is how long it must keep passing without a break; 0 by default.
	For time.Duration
	// Looks is how many looks in a row must be good, for a probe that asks a
	// program; 0 lets the engine ask until a good look can't be luck, 1 takes the
	// first one.
	Looks int
	// Points is what the check is worth when it passes; 1 by default.
	Points  int
	Object  *ObjectProbe
	Objects *ObjectsProbe
	Absent  *AbsentProbe
	HTTP    *HTTPProbe
	Logs    *LogsProbe
	Exec    *ExecProbe
	Events  *EventsProbe
	Rollout *RolloutProbe
	Run     *RunProbe
	Answer  *AnswerProbe
	// Match is a partial object that each object looked at must contain.
	Match map[string]any
	// CEL is an expression that must be true, "" when there is none.
	CEL   string
	Hints []Hint
	// Mask names Secrets of the namespace; what they hold is shown as *** wherever
	// the result would show it.
	Mask []string
	At   Position

	condition *expr.Condition
	// fault says why the check cannot be judged, nil when it can.
	fault error
}

// ObjectProbe looks at one object by its name.
type ObjectProbe struct {
	Kind, Name string
	// APIVersion chooses among groups that serve the same kind; "" for the first.
	APIVersion string
	// Namespace is "" for the namespace that the engine is asked about.
	Namespace string
}

// ObjectsProbe looks at all objects of a kind that a label selector chooses.
type ObjectsProbe struct {
	Kind, APIVersion, Namespace string
	// Selector is a label selector as kubectl's -l takes it, "" for all.
	Selector string
	// Count, Min and Max bound the number of objects; nil where not asked for.
	Count, Min, Max *int

	selector labels.Selector
}

// AbsentProbe passes when there is no object of this kind and name.
type AbsentProbe struct {
	Kind, Name, APIVersion, Namespace string
}

// HTTPProbe sends requests to a Service or a Pod through the API server's proxy.
type HTTPProbe struct {
	// Service, Pod, Deployment or Selector says who is asked; exactly one is set.
	// Of the pods of a Deployment, or those that a label selector chooses, it is
	// one that is ready where there is one.
	Service, Pod, Deployment, Selector string
	Namespace                          string
	// Port is a number or a port's name.
	Port string
	// Path starts with a slash and may include a query.
	Path string
	// Times is the number of requests of one look, at least 1.
	Times int
	// Interval is the pause between two of them.
	Interval time.Duration
	Method   string
	Headers  map[string]string
	Body     string
	// HTTPS says that the backend uses TLS. Its certificate is not verified.
	HTTPS bool
	// Redirects is how many redirects to the same backend are followed; 0 shows
	// the redirect itself.
	Redirects int
	// Timeout is how long one request may take; 5 s by default.
	Timeout time.Duration

	selector labels.Selector
}

// Hint is a sentence for a learner whose check does not pass.
type Hint struct {
	// When is an expression over what the check sees, "" for always.
	When string
	Say  string

	condition *expr.Condition
}

// Verdict is the result of a look.
type Verdict string

// The verdicts. Only Failed counts as an attempt.
const (
	// Passed says that every expectation is met.
	Passed Verdict = "passed"
	// Waiting says that the cluster is still working on it.
	Waiting Verdict = "waiting"
	// Failed says that the cluster has settled in another state than the wanted one.
	Failed Verdict = "failed"
	// Unknown says that it was not possible to look.
	Unknown Verdict = "unknown"
)

// Difference is one place where what was found is not what was wanted.
type Difference struct {
	// Path leads to the value, list items by their key, as in
	// "spec.containers[name=web].image".
	Path string `json:"path"`
	// Wanted and Found are the values as a manifest would show them; Found is ""
	// when there is nothing at the path.
	Wanted string `json:"wanted"`
	Found  string `json:"found"`
}

// Result is the verdict on one check.
type Result struct {
	Check   Check
	Verdict Verdict
	// Reason says why the check did not pass; it is zero when it passed.
	Reason lang.Message
	// Hint is the first of the check's hints whose condition is true, "" when the
	// check passed or none does.
	Hint        string
	Differences []Difference
	// Since is when the verdict became what it is.
	Since time.Time
}
