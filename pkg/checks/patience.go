package checks

import "time"

// patient makes a failure wait where the author of a check says that the cluster
// may take long after a change, as with an object that something else makes, or a
// restart that a probe brings about. Otherwise what has settled has failed at once.
func patient(f judgment, c Check, s sight, now time.Time) judgment {
	if c.Grace <= grace || f.verdict != Failed {
		return f
	}
	if until, is := fresh(lastWritten(s), s.askedAt(now), c.Grace); is {
		f.verdict = Waiting
		if until.After(now) {
			f.again = until
		}
	}
	return f
}

// lastWritten is when what a check looks at last changed. What is not there yet
// counts from when somebody began to watch for it.
func lastWritten(s sight) time.Time {
	var last time.Time
	if s.object == nil && len(s.objects) == 0 {
		last = s.began
	}
	for _, o := range append(contentsAround(s), s.objects...) {
		if t := writtenAt(o); t.After(last) {
			last = t
		}
	}
	return last
}

// writtenAt is when somebody last wrote an object, or when a container of a pod was
// last started. What a controller says of it is not a change: a crash loop would go
// on changing for ever.
func writtenAt(o *object) time.Time {
	last := timeAt(o.Object, "metadata", "creationTimestamp")
	for _, f := range mapsAt(o.Object, "metadata", "managedFields") {
		if t := timeAt(f, "time"); t.After(last) && textAt(f, "subresource") == "" {
			last = t
		}
	}
	for _, cs := range mapsAt(o.Object, "status", "containerStatuses") {
		if t := timeAt(cs, "state", "running", "startedAt"); t.After(last) {
			last = t
		}
	}
	return last
}
