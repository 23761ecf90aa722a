package checks

import (
	"slices"
	"strings"
	"time"
)

// lastEvent is the newest event about an object with one of the reasons.
func lastEvent(o *object, in *around, reasons ...string) *object {
	return newestEvent(o, in, func(e *object) bool { return slices.Contains(reasons, textAt(e.Object, "reason")) })
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
func eventSaying(o *object, in *around, reason, prefix string) *object {
	return newestEvent(o, in, func(e *object) bool {
		return textAt(e.Object, "reason") == reason && strings.HasPrefix(textAt(e.Object, "message"), prefix)
	})
}

// newestEvent is the last event about an object that is wanted.
func newestEvent(o *object, in *around, wanted func(*object) bool) *object {
	for _, e := range slices.Backward(in.near("Event")) {
		if about(e, o) && wanted(e) {
			return e
		}
	}
	return nil
}
