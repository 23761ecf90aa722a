// Command images writes the archives of the lesson images, one for each architecture,
// without Docker. It is a module of its own, so that its dependencies add nothing to
// the plugin.
//
// The same source and the same Go give the same bytes.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/kubectl-learn/kubectl-learn/images"
)

func main() {
	root := flag.String("root", "../..", "top folder of the repository")
	out := flag.String("o", "../../dist/images", "folder for the archives")
	flag.Parse()
	for _, arch := range images.Architectures() {
		file := filepath.Join(*out, images.ArchiveName(arch))
		if err := write(*root, arch, file); err != nil {
			fmt.Fprintf(os.Stderr, "error: failed to write %s: %v\n", file, err)
			os.Exit(1)
		}
		fmt.Println(file)
	}
}

// write builds the program for an architecture and writes the archive.
func write(root, arch, file string) (err error) {
	program, err := build(root, arch)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+"-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	if err := errors.Join(archive(f, program, arch), f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), file)
}

// build returns the program, a static binary without its build folder or commit.
func build(root, arch string) (_ []byte, err error) {
	dir, err := os.MkdirTemp("", "kubectl-learn-images-*")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	file := filepath.Join(dir, "demo")
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -buildid=", "-o", file, "./images/cmd/demo")
	cmd.Dir, cmd.Stderr = root, os.Stderr
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+arch, "GOAMD64=v1", "GOARM64=v8.0", "GOFLAGS=")
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("failed to build the program for %s: %w", arch, err)
	}
	return os.ReadFile(file)
}
