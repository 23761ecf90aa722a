package kube

import (
	"slices"
	"strings"
	"time"
)

// LastEvent is the newest event about an object with one of the reasons.
func LastEvent(o *Object, in *Around, reasons ...string) *Object {
	return newestEvent(o, in, func(e *Object) bool { return slices.Contains(reasons, Text(e.Object, "reason")) })
}

// About reports that an event is about an object.
func About(event, o *Object) bool {
	if uid := Text(event.Object, "involvedObject", "uid"); uid != "" && o.GetUID() != "" {
		return uid == string(o.GetUID())
	}
	return Text(event.Object, "involvedObject", "kind") == o.GetKind() &&
		Text(event.Object, "involvedObject", "name") == o.GetName()
}

// EventTime is when an event happened for the last time.
func EventTime(e *Object) time.Time {
	for _, field := range []string{"lastTimestamp", "eventTime"} {
		if t := Time(e.Object, field); !t.IsZero() {
			return t
		}
	}
	return Time(e.Object, "metadata", "creationTimestamp")
}

// EventSaying is the newest event about an object with a reason and the beginning
// of a message.
func EventSaying(o *Object, in *Around, reason, prefix string) *Object {
	return newestEvent(o, in, func(e *Object) bool {
		return Text(e.Object, "reason") == reason && strings.HasPrefix(Text(e.Object, "message"), prefix)
	})
}

// newestEvent is the last event about an object that is wanted.
func newestEvent(o *Object, in *Around, wanted func(*Object) bool) *Object {
	for _, e := range slices.Backward(in.List("Event")) {
		if About(e, o) && wanted(e) {
			return e
		}
	}
	return nil
}
