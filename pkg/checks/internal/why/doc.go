// Package why finds causes: given an object and its surroundings, it says how far the
// cluster is with the object, and in one sentence what keeps it from going on. Each
// kind of cause has a file: image.go is about images that cannot be pulled, service.go
// of Services that lead nowhere.
//
// It is pure: objects, their surroundings and the time are all that a finding depends on.
package why
