// Package brand holds the program's name, so that it can be changed in one
// place.
package brand

const (
	// Binary is the plugin's file name, by which kubectl finds it on PATH.
	Binary = "kubectl-learn"
	// Command is what a learner types.
	Command = "kubectl learn"
	// Plugin is the name under kubectl and in krew's index.
	Plugin = "learn"
	// SandboxBinary is the file name of the sandbox program.
	SandboxBinary = Binary + "-sandbox"
	// Domain prefixes labels and annotations.
	Domain = "kubectl-learn.dev"
	// LessonLabel is on each namespace created for a lesson; its value is the lesson's
	// id.
	LessonLabel = Domain + "/lesson"
	// RecordAnnotation is there too; its value is the id of the progress record that
	// the namespace was created for.
	RecordAnnotation = Domain + "/record"
	// ManagedByLabel is Kubernetes' own label for the tool that manages an object.
	ManagedByLabel = "app.kubernetes.io/managed-by"
	// NamespacePrefix begins the name of each namespace created for a lesson.
	NamespacePrefix = "learn-"
)
