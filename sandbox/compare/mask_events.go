package compare

import (
	"slices"
	"strings"
)

// course returns the usual order of a pod's events. Events of one second have no
// order of their own, and one that comes again moves to the end, so that what
// kubectl prints differs from run to run.
func course() []string {
	return []string{
		"FailedScheduling", "Scheduled", "FailedMount", "Pulling", "Pulled", "Failed", "Created", "Started",
		"FailedPostStartHook", "Unhealthy", "ProbeWarning", "Killing", "FailedPreStopHook", "BackOff",
	}
}

// inOrder puts the rows of events into the order of their object, the course
// and their words, and drops those that say the same: how often something had
// happened by the time of looking is chance.
func inOrder(rows [][]string) [][]string {
	head, known := rows[0], course()
	reason := slices.IndexFunc(head, func(h string) bool { return strings.EqualFold(h, "reason") })
	object := slices.Index(head, "OBJECT")
	key := func(row []string) string {
		rank := slices.Index(known, row[reason])
		if rank < 0 {
			rank = len(known)
		}
		key := string(rune('A' + rank))
		if object >= 0 {
			key = row[object] + " " + key
		}
		return key
	}
	slices.SortStableFunc(rows[1:], func(a, b []string) int {
		if by := strings.Compare(key(a), key(b)); by != 0 {
			return by
		}
		return slices.Compare(a, b)
	})
	return slices.CompactFunc(rows, slices.Equal)
}
