// Package words makes sentences for learners: it shortens and joins texts, and puts
// what Kubernetes is known to say into plain words of both languages.
package words
