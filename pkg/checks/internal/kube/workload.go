package kube

// JobRuns reports that a Job is neither complete nor failed.
func JobRuns(job *Object) bool {
	return job.GetKind() == "Job" && Text(Condition(job, "Complete"), "status") != "True" &&
		Text(Condition(job, "Failed"), "status") != "True"
}

// Copies counts the pods of a workload by how far they are. A DaemonSet has fields
// of its own for it.
type Copies struct{ Wanted, Total, Updated, Ready, Available int64 }

// CopiesOf counts the pods of a workload, as its status has them.
func CopiesOf(o *Object) Copies {
	status := At(o.Object, "status")
	if o.GetKind() == "DaemonSet" {
		return Copies{
			Wanted:  NumberOr(status, "desiredNumberScheduled", 0),
			Total:   NumberOr(status, "currentNumberScheduled", 0),
			Updated: NumberOr(status, "updatedNumberScheduled", 0),
			Ready:   NumberOr(status, "numberReady", 0), Available: NumberOr(status, "numberAvailable", 0),
		}
	}
	c := Copies{
		Wanted: WantedReplicas(o), Total: NumberOr(status, "replicas", 0), Updated: NumberOr(status, "updatedReplicas", 0),
		Ready: NumberOr(status, "readyReplicas", 0), Available: NumberOr(status, "availableReplicas", 0),
	}
	if o.GetKind() == "ReplicaSet" {
		c.Updated = c.Total
	}
	return c
}

// AllReady reports that a workload has as many ready pods as it wants, and no other.
func AllReady(o *Object) bool {
	c := CopiesOf(o)
	return c.Ready >= c.Wanted && c.Total == c.Wanted
}

// OnDelete reports that a workload does not replace its pods by itself.
func OnDelete(o *Object) bool {
	return Text(o.Object, "spec", "updateStrategy", "type") == "OnDelete"
}

// WantedReplicas is how many pods a workload is told to have.
func WantedReplicas(o *Object) int64 { return NumberOr(At(o.Object, "spec"), "replicas", 1) }
