package container

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
)

// defaultPath is the PATH for images that set none, as in container runtimes.
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// CommandLine merges an image's defaults with what a pod says, as the kubelet's
// documentation has it: a command replaces the entrypoint and drops the image's
// arguments, args replace the arguments.
func (i *Image) CommandLine(command, args []string) []string {
	line := append([]string(nil), i.Entrypoint...)
	if len(command) > 0 {
		line = append([]string(nil), command...)
	}
	switch {
	case len(args) > 0:
		line = append(line, args...)
	case len(command) == 0:
		line = append(line, i.Cmd...)
	}
	return line
}

// find returns the program for a path, or for a name in PATH. For a file with a
// "#!" line it returns the interpreter.
func (i *Image) find(name, searchPath string, files Files) (Program, error) {
	if strings.Contains(name, "/") {
		return i.at(path.Clean("/"+name), files, fmt.Errorf("exec: %q: stat %s: no such file or directory", name, name))
	}
	if searchPath == "" {
		searchPath = defaultPath
	}
	missing := fmt.Errorf("exec: %q: executable file not found in $PATH", name)
	for dir := range strings.SplitSeq(searchPath, ":") {
		p, err := i.at(path.Join("/", dir, name), files, missing)
		if err == nil || !errors.Is(err, missing) {
			return p, err
		}
	}
	return nil, missing
}

func (i *Image) at(name string, files Files, missing error) (Program, error) {
	info, err := files.Stat(name)
	if err != nil || info.IsDir() {
		return nil, missing
	}
	if p, ok := i.Programs[name]; ok {
		return p, nil
	}
	if info.Mode().Perm()&0o111 == 0 {
		return nil, fmt.Errorf("exec: %q: permission denied", name)
	}
	words, err := shebang(name, files)
	if err != nil {
		return nil, err
	}
	interpreter, ok := i.Programs[words[0]]
	if !ok {
		return nil, fmt.Errorf("exec: %q: no such file or directory", name)
	}
	return func(ctx context.Context, p *Process) int {
		script := name
		if strings.Contains(p.Args[0], "/") { // as it was called
			script = p.Args[0]
		}
		inner := *p
		inner.Args = append(append(append([]string(nil), words...), script), p.Args[1:]...)
		p.Become(inner.Args, p.Env)
		return interpreter(ctx, &inner)
	}, nil
}

// shebang reads the interpreter and its argument from a script's first line.
func shebang(name string, files Files) ([]string, error) {
	f, err := files.OpenFile(name, os.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	line, err := bufio.NewReader(io.LimitReader(f, 256)).ReadString('\n')
	rest, ok := strings.CutPrefix(line, "#!")
	words := strings.Fields(rest)
	if (err != nil && !errors.Is(err, io.EOF)) || !ok || len(words) == 0 {
		return nil, fmt.Errorf("exec %s: exec format error", name)
	}
	return words, nil
}

// getenv returns the last value of a name in an environment.
func getenv(env []string, name string) string {
	for _, e := range slices.Backward(env) {
		if value, ok := strings.CutPrefix(e, name+"="); ok {
			return value
		}
	}
	return ""
}

// lastOf keeps the last value of each name, where the name stood first.
func lastOf(env []string) (out []string) {
	at := map[string]int{}
	for _, e := range env {
		name, _, _ := strings.Cut(e, "=")
		if i, ok := at[name]; ok {
			out[i] = e
			continue
		}
		at[name] = len(out)
		out = append(out, e)
	}
	return out
}
