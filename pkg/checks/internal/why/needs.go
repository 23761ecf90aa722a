package why

// MakerNeeds are the kinds that make pods.
func MakerNeeds() []Need {
	return []Need{
		{Kind: "Deployment", APIVersion: "apps/v1"},
		{Kind: "ReplicaSet", APIVersion: "apps/v1"},
		{Kind: "StatefulSet", APIVersion: "apps/v1"},
		{Kind: "DaemonSet", APIVersion: "apps/v1"},
		{Kind: "Job", APIVersion: "batch/v1"},
	}
}

// Need is a kind that says why a check does not pass.
type Need struct {
	Kind, APIVersion string
	// Retriggers says that a change of it is a reason to ask a program again.
	Retriggers bool
}

// Needs lists the kinds that say why a check of a kind does not pass.
func Needs(kind string) []Need {
	events := Need{Kind: "Event", APIVersion: "v1"}
	pods := Need{Kind: "Pod", APIVersion: "v1", Retriggers: true}
	podNeeds := []Need{
		events, {Kind: "ConfigMap", APIVersion: "v1"}, {Kind: "PersistentVolumeClaim", APIVersion: "v1"}, {Kind: "Service", APIVersion: "v1"},
	}
	switch kind {
	case "Pod":
		return podNeeds
	case "Deployment":
		return append([]Need{{Kind: "ReplicaSet", APIVersion: "apps/v1"}, pods}, podNeeds...)
	case "ReplicaSet", "StatefulSet", "DaemonSet", "Job":
		return append([]Need{pods}, podNeeds...)
	case "PersistentVolumeClaim":
		return []Need{events}
	}
	return nil
}

// RequestNeeds lists the kinds that say why nobody answers.
func RequestNeeds() []Need {
	return []Need{
		{Kind: "Pod", APIVersion: "v1", Retriggers: true},
		{Kind: "Event", APIVersion: "v1"},
		{Kind: "EndpointSlice", APIVersion: "discovery.k8s.io/v1", Retriggers: true},
		{Kind: "ConfigMap", APIVersion: "v1", Retriggers: true},
		{Kind: "PersistentVolumeClaim", APIVersion: "v1"},
		{Kind: "ReplicaSet", APIVersion: "apps/v1"},
		{Kind: "Deployment", APIVersion: "apps/v1"},
		{Kind: "StatefulSet", APIVersion: "apps/v1"},
		{Kind: "DaemonSet", APIVersion: "apps/v1"},
		{Kind: "Service", APIVersion: "v1"},
	}
}
