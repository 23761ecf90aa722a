//go:build !linux

package main

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// hasSmallDisks: only Linux makes them in memory.
func hasSmallDisks(*testing.T) bool { return false }

func smallDisk(ts *testscript.TestScript, _ bool, _ []string) { ts.Fatalf("not here") }
func fill(ts *testscript.TestScript, _ bool, _ []string)      { ts.Fatalf("not here") }
func unfill(ts *testscript.TestScript, _ bool, _ []string)    { ts.Fatalf("not here") }
