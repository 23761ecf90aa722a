package checks

// makingKinds are the kinds that make pods.
func makingKinds() []explainingKind {
	return []explainingKind{
		{kind: "Deployment", apiVersion: "apps/v1"},
		{kind: "ReplicaSet", apiVersion: "apps/v1"},
		{kind: "StatefulSet", apiVersion: "apps/v1"},
		{kind: "DaemonSet", apiVersion: "apps/v1"},
		{kind: "Job", apiVersion: "batch/v1"},
	}
}

// explainingKind is a kind that says why something does not hold.
type explainingKind struct {
	kind, apiVersion string
	// retriggers says that a change of it is a reason to ask a program again.
	retriggers bool
}

// explainingOf lists the kinds that say why a check of a kind does not hold.
func explainingOf(kind string) []explainingKind {
	events := explainingKind{kind: "Event", apiVersion: "v1"}
	pods := explainingKind{kind: "Pod", apiVersion: "v1", retriggers: true}
	podNeeds := []explainingKind{
		events, {kind: "ConfigMap", apiVersion: "v1"}, {kind: "PersistentVolumeClaim", apiVersion: "v1"}, {kind: "Service", apiVersion: "v1"},
	}
	switch kind {
	case "Pod":
		return podNeeds
	case "Deployment":
		return append([]explainingKind{{kind: "ReplicaSet", apiVersion: "apps/v1"}, pods}, podNeeds...)
	case "ReplicaSet", "StatefulSet", "DaemonSet", "Job":
		return append([]explainingKind{pods}, podNeeds...)
	case "PersistentVolumeClaim":
		return []explainingKind{events}
	}
	return nil
}

// explainingRequests lists the kinds that say why nobody answers.
func explainingRequests() []explainingKind {
	return []explainingKind{
		{kind: "Pod", apiVersion: "v1", retriggers: true},
		{kind: "Event", apiVersion: "v1"},
		{kind: "EndpointSlice", apiVersion: "discovery.k8s.io/v1", retriggers: true},
		{kind: "ConfigMap", apiVersion: "v1", retriggers: true},
		{kind: "PersistentVolumeClaim", apiVersion: "v1"},
		{kind: "ReplicaSet", apiVersion: "apps/v1"},
		{kind: "Deployment", apiVersion: "apps/v1"},
		{kind: "StatefulSet", apiVersion: "apps/v1"},
		{kind: "DaemonSet", apiVersion: "apps/v1"},
		{kind: "Service", apiVersion: "v1"},
	}
}
