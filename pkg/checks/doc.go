// Package checks answers one question: is the cluster as it should be? A check is a
// probe (what to look at) with expectations (what must hold). Looking gives one
// of four verdicts and, unless the check passed, the reason in one sentence.
//
//	list, err := checks.Parse(source, checks.Position{File: "checks.yaml", Line: 1})
//	engine, err := checks.NewEngine(config)
//	defer engine.Close()
//	results, err := engine.Wait(ctx, "default", list)
//
// Parse reads checks from YAML and finds every fault before anything runs; a Check
// may also be built in Go. An Engine looks at a cluster: once by Look, at many
// namespaces by LookAll, until all passed by Wait, or for as long as wanted by Watch.
//
// The rules of this room: judging is a pure function of what was seen (verdict.go
// and package why), apart from the engine that sees (look.go, watch.go). An error of
// the API is never reported as a mismatch, and nothing is called failed while the
// cluster is still working on it.
package checks
