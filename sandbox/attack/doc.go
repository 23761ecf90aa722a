// Package attack tries to break the sandbox from inside its pods: hostile
// commands, pod specs, nginx configurations, Redis commands and archives, each a
// line or a document in testdata. After each one the API answers, the control
// plane is the process that it was, and nothing of the machine was read; after
// each few, memory, goroutines and files are what they were before. "make attack"
// runs it.
package attack
