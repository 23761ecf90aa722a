package why

// MakerNeeds are the kinds that make pods.
func MakerNeeds() []Need {
	return []Need{
		{Kind: "Deployment", ApiVersion: "apps/v1"},
		{Kind: "ReplicaSet", ApiVersion: "apps/v1"},
		{Kind: "StatefulSet", ApiVersion: "apps/v1"},
		{Kind: "DaemonSet", ApiVersion: "apps/v1"},
		{Kind: "Job", ApiVersion: "batch/v1"},
	}
}

// Need is a kind that says why something does not hold.
type Need struct {
	Kind, ApiVersion string
	// Retriggers says that a change of it is a reason to ask a program again.
	Retriggers bool
}

// Needs lists the kinds that say why a check of a kind does not hold.
func Needs(kind string) []Need {
	events := Need{Kind: "Event", ApiVersion: "v1"}
	pods := Need{Kind: "Pod", ApiVersion: "v1", Retriggers: true}
	podNeeds := []Need{
		events, {Kind: "ConfigMap", ApiVersion: "v1"}, {Kind: "PersistentVolumeClaim", ApiVersion: "v1"}, {Kind: "Service", ApiVersion: "v1"},
	}
	switch kind {
	case "Pod":
		return podNeeds
	case "Deployment":
		return append([]Need{{Kind: "ReplicaSet", ApiVersion: "apps/v1"}, pods}, podNeeds...)
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
		{Kind: "Pod", ApiVersion: "v1", Retriggers: true},
		{Kind: "Event", ApiVersion: "v1"},
		{Kind: "EndpointSlice", ApiVersion: "discovery.k8s.io/v1", Retriggers: true},
		{Kind: "ConfigMap", ApiVersion: "v1", Retriggers: true},
		{Kind: "PersistentVolumeClaim", ApiVersion: "v1"},
		{Kind: "ReplicaSet", ApiVersion: "apps/v1"},
		{Kind: "Deployment", ApiVersion: "apps/v1"},
		{Kind: "StatefulSet", ApiVersion: "apps/v1"},
		{Kind: "DaemonSet", ApiVersion: "apps/v1"},
		{Kind: "Service", ApiVersion: "v1"},
	}
}
