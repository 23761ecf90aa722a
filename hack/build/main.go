// Command build runs "go build" and shows its progress. The sandbox embeds Kubernetes:
// its first build takes some minutes, and go itself prints nothing.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// quiet is how long a build runs before a line of progress.
const quiet = 10 * time.Second

func main() {
	dir := flag.String("C", ".", "folder of the module")
	out := flag.String("o", "", "program to write, relative to the current folder")
	ldflags := flag.String("ldflags", "-s -w", "flags for the linker")
	flag.Parse()
	if err := build(*dir, *out, *ldflags, flag.Args()); err != nil {
		fmt.Fprintf(os.Stderr, "error: failed to build %s: %v\n", *out, err)
		os.Exit(1)
	}
}

func build(dir, out, ldflags string, packages []string) error {
	target, err := filepath.Abs(out)
	if err != nil {
		return err
	}
	if _, err := os.Stat(target); err != nil {
		fmt.Fprintf(os.Stderr, "Building %s. It contains all of Kubernetes: the first build takes 4 to 10 minutes, later ones take seconds.\n", out)
	}
	cmd := exec.Command("go", append([]string{"build", "-v", "-ldflags", ldflags, "-o", target}, packages...)...)
	cmd.Dir = dir
	lines, err := cmd.StderrPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	follow(lines)
	return cmd.Wait()
}

// follow counts the packages that go prints as it compiles them, and prints everything
// else, such as errors, unchanged.
func follow(r io.Reader) {
	start, said, compiled, fetched := time.Now(), time.Now(), 0, 0
	scanner := bufio.NewScanner(r)
	for scanner.Scan() {
		line := scanner.Text()
		switch {
		case strings.HasPrefix(line, "go: downloading"):
			fetched++
		case strings.ContainsAny(line, " \t#:"):
			fmt.Fprintln(os.Stderr, line)
		default:
			compiled++
		}
		if time.Since(said) > quiet {
			said = time.Now()
			fmt.Fprintf(os.Stderr, "  %3.0f s: %d modules fetched, %d packages compiled, at %s\n", time.Since(start).Seconds(), fetched, compiled, line)
		}
	}
}
