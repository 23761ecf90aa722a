package checks

import (
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// sight is everything that one look at the cluster showed of one check. The
// objects belong to a cache: they are read, never changed.
type sight struct {
	namespace string
	// trouble says why it was not possible to look, zero when it was.
	trouble lang.Message
	// place is what is known of the namespace.
	place place
	// object is what an object, absent or http probe names, nil when missing.
	object *object
	// objects are what an objects probe selects.
	objects []*object
	// reply is what an asker got, asked when it began to ask; zero for at once.
	reply
	asked time.Time
	// began is when somebody began to watch for it; zero for one look.
	began time.Time
	// shape is what the API says of the objects, nil when nobody asked.
	shape *shape
	// secrets are what must not be shown.
	secrets []string
	// surroundings are what explains.
	surroundings
}

// answer is what one request of an http probe got.
type answer struct {
	status int
	body   string
	// cut says that the body is longer than what was read of it.
	cut     bool
	headers map[string]string
	// err says why there is no answer.
	err     string
	seconds float64
	// refusal is set when the API server answered in place of the backend.
	refusal *refusal
	// strayed is set when a redirect was not followed, as it leads elsewhere.
	strayed bool
}

// vars are what expressions of the check speak of.
func (s sight) vars(c Check) map[string]any { return c.probe().vars(s) }

func responseVars(answers []answer) map[string]any {
	list := make([]any, len(answers))
	for i, a := range answers {
		headers := a.headers
		if headers == nil {
			headers = map[string]string{}
		}
		list[i] = map[string]any{
			"status": int64(a.status), "body": a.body, "headers": headers,
			"error": a.err, "seconds": a.seconds, "json": jsonOf(a.body),
		}
	}
	vars := map[string]any{"responses": list}
	if len(list) > 0 {
		vars["response"] = list[0]
	} else {
		vars["response"] = map[string]any{}
	}
	return vars
}

// at walks into an object without copying; nil when a step is missing.
func at(root any, path ...string) any {
	for _, step := range path {
		m, ok := root.(map[string]any)
		if !ok {
			return nil
		}
		root = m[step]
	}
	return root
}

func textAt(root any, path ...string) string {
	s, _ := at(root, path...).(string)
	return s
}

func numberAt(root any, path ...string) (int64, bool) {
	switch n := at(root, path...).(type) {
	case int64:
		return n, true
	case float64:
		return int64(n), true
	}
	return 0, false
}

// mapsAt returns the items of a list that are maps.
func mapsAt(root any, path ...string) []map[string]any {
	list, _ := at(root, path...).([]any)
	maps := make([]map[string]any, 0, len(list))
	for _, v := range list {
		if m, ok := v.(map[string]any); ok {
			maps = append(maps, m)
		}
	}
	return maps
}

// timeAt reads a time, zero when there is none.
func timeAt(root any, path ...string) time.Time {
	t, err := time.Parse(time.RFC3339, textAt(root, path...))
	if err != nil {
		return time.Time{}
	}
	return t
}

// conditionOf returns the condition of a type, nil when there is none.
func conditionOf(o *object, kind string) map[string]any {
	for _, c := range mapsAt(o.Object, "status", "conditions") {
		if textAt(c, "type") == kind {
			return c
		}
	}
	return nil
}

// fresh reports that something changed so short a time ago that the cluster may
// not have noticed, and until when. A time that lies ahead comes from another
// clock and says nothing.
func fresh(changed, now time.Time, grace time.Duration) (until time.Time, is bool) {
	until = changed.Add(grace)
	return until, now.Before(until) && !changed.After(now.Add(time.Second))
}

// askedAt is when an http probe's first request was sent.
func (s sight) askedAt(now time.Time) time.Time {
	if s.asked.IsZero() {
		return now
	}
	return s.asked
}

// changedAt is when somebody last wrote the object.
func changedAt(o *object) time.Time {
	last := timeAt(o.Object, "metadata", "creationTimestamp")
	for _, f := range mapsAt(o.Object, "metadata", "managedFields") {
		if t := timeAt(f, "time"); t.After(last) {
			last = t
		}
	}
	return last
}
