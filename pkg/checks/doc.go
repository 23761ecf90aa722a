// Package checks answers one question: is the cluster as wanted? A check is a
// probe (what to look at) with expectations (what must hold). Looking gives one
// of four verdicts and, unless the check passed, the reason in one sentence.
//
// Parse reads checks from YAML and finds every fault before anything runs. An
// Engine looks at a cluster, once by Look or for as long as wanted by Watch.
//
// The rules of this room: judging is a pure function of what was seen (verdict.go
// and the why files), apart from the engine that sees (engine.go, watch.go). An
// error of the API is never reported as a mismatch, and nothing is called failed
// while the cluster is still working on it.
package checks
