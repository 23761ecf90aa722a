//go:build !linux

package main

import "github.com/rogpeppe/go-internal/testscript"

// stranger is for Linux only.
func stranger(ts *testscript.TestScript, _ bool, _ []string) { ts.Fatalf("not on this system") }
