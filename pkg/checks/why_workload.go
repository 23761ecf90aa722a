package checks

import (
	"strconv"
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// workloadObstacle is what keeps the newest pods of a workload from running, or
// from being made at all.
func workloadObstacle(o *object, s surroundings, now time.Time) (finding, bool) {
	if behind(o) || s.around == nil {
		return finding{}, false
	}
	if f, found := rolloutObstacle(o); found {
		return f, true
	}
	if message := refusedPods(o, s); message != "" {
		return blocked(whyRefusedPods(o, message)), true
	}
	f, found := podsTrouble(o, s, now)
	if o.GetKind() == "Job" {
		return jobObstacle(o, f, found)
	}
	if !found && pastDeadline(o) {
		return stuck(blocked(whyInProgress(o, "")), o, s), true
	}
	return stuck(f, o, s), found
}

func whyRefusedPods(o *object, message string) lang.Message {
	return because(lang.Messagef("the pods of %s cannot be created", "%s 的 Pod 无法创建", namedObject(o)), whyNotMade(message))
}

// refusedPods is what the API server said when it refused a workload its pods, ""
// when it did not, or took them since.
func refusedPods(o *object, s surroundings) string {
	if c := conditionOf(o, "ReplicaFailure"); textAt(c, "status") == "True" {
		return textAt(c, "message")
	}
	if o.GetKind() == "Deployment" {
		if newest := newestReplicaSet(o, s.around); newest != nil {
			return refusedPods(newest, s)
		}
		return ""
	}
	e := lastEvent(o, s.around, "FailedCreate")
	if e == nil || !lacksPods(o, s) {
		return ""
	}
	if made := lastEvent(o, s.around, "SuccessfulCreate"); made != nil && eventTime(made).After(eventTime(e)) {
		return ""
	}
	_, message, cut := strings.Cut(textAt(e.Object, "message"), " error: ")
	if !cut {
		return textAt(e.Object, "message")
	}
	return message
}

// lacksPods reports that a workload has fewer pods than it wants: what was refused
// once may have been taken in the same second.
func lacksPods(o *object, s surroundings) bool {
	if o.GetKind() == "Job" {
		return jobRuns(o) && numberOr(at(o.Object, "status"), "active", 0) < numberOr(at(o.Object, "spec"), "parallelism", 1)
	}
	var left int64
	for _, pod := range owned(o, s.around.near("Pod")) {
		if !deleting(pod) {
			left++
		}
	}
	return left < copiesOf(o).wanted
}

// podsTrouble is the gravest trouble of the newest pods of a workload.
func podsTrouble(o *object, s surroundings, now time.Time) (finding, bool) {
	var wait *finding
	for _, pod := range podsOf(o, s.around) {
		if deleting(pod) {
			continue
		}
		f, found := podObstacle(pod, s, now)
		if found && f.state == Blocked && ofOldVersion(pod, o) {
			f = oldPod(f, pod, o)
		}
		if found && f.state == Blocked {
			return f, true
		}
		if !found && initAtWork(pod) != "" {
			f, found = ongoing(whyPodStarts(pod)), true
		}
		if found && wait == nil {
			wait = &f
		}
	}
	if wait != nil {
		return *wait, true
	}
	return finding{}, false
}

// podsOf returns the pods of a workload in the order of their names, for a
// Deployment those of its newest version.
func podsOf(o *object, in *around) []*object {
	owner := o
	if o.GetKind() == "Deployment" {
		owner = newestReplicaSet(o, in)
	}
	if owner == nil {
		return nil
	}
	pods := owned(owner, in.near("Pod"))
	sortByName(pods)
	return pods
}

func newestReplicaSet(o *object, in *around) *object {
	var newest *object
	for _, rs := range owned(o, in.near("ReplicaSet")) {
		if newest == nil || newer(rs, newest) {
			newest = rs
		}
	}
	return newest
}

// newer reports that a ReplicaSet is of a later version than another: by its
// revision, else by when it was made.
func newer(a, b *object) bool {
	if x, y := revision(a), revision(b); x != y {
		return x > y
	}
	return timeAt(a.Object, "metadata", "creationTimestamp").After(timeAt(b.Object, "metadata", "creationTimestamp"))
}

func revision(rs *object) int64 {
	n, err := strconv.ParseInt(rs.GetAnnotations()["deployment.kubernetes.io/revision"], 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func owned(owner *object, list []*object) []*object {
	var of []*object
	for _, o := range list {
		if owns(owner, o) {
			of = append(of, o)
		}
	}
	return of
}
