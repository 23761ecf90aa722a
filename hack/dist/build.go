package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// The two programs, with the folder and package to build each from.
var sources = []struct{ name, dir, pkg, target string }{
	{"kubectl-learn", ".", "./cmd/kubectl-learn", "plugin"},
	{"kubectl-learn-sandbox", "sandbox", "./cmd/kubectl-learn-sandbox", "sandbox"},
}

// buildPrograms returns the folder with both programs for a platform.
func buildPrograms(ctx context.Context, o options, p platform) (string, error) {
	if o.programs != "" {
		if p != (platform{runtime.GOOS, runtime.GOARCH}) {
			return "", fmt.Errorf("the programs in %s are for %s/%s; leave out -programs", o.programs, runtime.GOOS, runtime.GOARCH)
		}
		return o.programs, nil
	}
	dir := filepath.Join(o.out, "programs", p.os+"_"+p.arch)
	for _, source := range sources {
		// The flags come from the Makefile, so that a release is built as bin/ is.
		cmd := exec.CommandContext(ctx, "make", "-s", "program-"+source.target,
			"OUT="+filepath.Join(dir, p.exe(source.name)), "VERSION="+o.version)
		cmd.Dir = o.repo
		cmd.Env = append(os.Environ(), "GOOS="+p.os, "GOARCH="+p.arch, "CGO_ENABLED=0")
		cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
		if err := cmd.Run(); err != nil {
			return "", fmt.Errorf("failed to build %s: %w", source.name, err)
		}
	}
	return dir, nil
}
