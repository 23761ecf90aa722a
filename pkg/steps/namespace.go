package steps

// namespaceVariable is there in every lesson: the namespace that it is played in,
// for its commands and, marked as any variable, for its manifests.
// A lesson cannot know it, since of two learners on one cluster the second gets
// another name.
const namespaceVariable = "NAMESPACE"

// PlayIn tells the lesson the namespace that it is played in.
func (l *Lesson) PlayIn(namespace string) {
	l.Namespace = namespace
	l.refill()
}
