package checks

import (
	"slices"
	"strings"
	"time"
)

// lastEvent is the newest event about an object with one of the reasons.
func lastEvent(o *object, s sight, reasons ...string) *object {
	if s.around == nil {
		return nil
	}
	var last *object
	for _, e := range s.around.list("Event") {
		if !about(e, o) || !slices.Contains(reasons, textAt(e.Object, "reason")) {
			continue
		}
		if last == nil || eventTime(e).After(eventTime(last)) {
			last = e
		}
	}
	return last
}

func about(event, o *object) bool {
	if uid := textAt(event.Object, "involvedObject", "uid"); uid != "" && o.GetUID() != "" {
		return uid == string(o.GetUID())
	}
	return textAt(event.Object, "involvedObject", "kind") == o.GetKind() &&
		textAt(event.Object, "involvedObject", "name") == o.GetName()
}

func eventTime(e *object) time.Time {
	for _, field := range []string{"lastTimestamp", "eventTime"} {
		if t := timeAt(e.Object, field); !t.IsZero() {
			return t
		}
	}
	return timeAt(e.Object, "metadata", "creationTimestamp")
}

// eventSaying is the newest event about an object with a reason and the beginning
// of a message.
func eventSaying(o *object, s sight, reason, prefix string) *object {
	var last *object
	for _, e := range s.near("Event") {
		if !about(e, o) || textAt(e.Object, "reason") != reason || !strings.HasPrefix(textAt(e.Object, "message"), prefix) {
			continue
		}
		if last == nil || eventTime(e).After(eventTime(last)) {
			last = e
		}
	}
	return last
}
