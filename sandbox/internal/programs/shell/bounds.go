package shell

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"runtime"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/interp"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// A goroutine whose stack overflows ends the whole process, and neither the
// parser nor the interpreter counts how deep it is. So a script is bounded before
// it is parsed, and calls are while they run.
const (
	// mostScript is how many bytes a script may have.
	mostScript = 256 << 10
	// mostNested is how deep its brackets and compound commands may be nested.
	mostNested = 1000
	// mostWords is how many words a test may have.
	mostWords = 1000
	// mostFrames is how deep the stack of this process may be in a command.
	mostFrames = 8_000
)

var (
	errLarge  = errors.New("the script is too large for the sandbox's sh")
	errNested = errors.New("the script is nested too deep for the sandbox's sh")
)

// bounded fails for a script that could take more stack than there is. It counts
// without regard to quotes: a script that is refused for what is in its strings
// would be a strange one.
func bounded(script string) error {
	if len(script) > mostScript {
		return errLarge
	}
	depth := 0
	nest := func(by int) bool {
		depth = max(0, depth+by)
		return depth > mostNested
	}
	for word := range strings.FieldsFuncSeq(script, func(r rune) bool { return strings.ContainsRune(" \t\n;&|", r) }) {
		opened := strings.Count(word, "(") + strings.Count(word, "{")
		closed := strings.Count(word, ")") + strings.Count(word, "}")
		switch word {
		case "if", "case", "while", "until", "for":
			opened++
		case "fi", "esac", "done":
			closed++
		}
		if nest(opened) {
			return errNested
		}
		nest(-closed)
	}
	return nil
}

// segfault is how ash ends that calls itself without end.
const segfault = 139

// tooDeep reports that commands call each other without end.
func tooDeep() bool {
	var one [1]uintptr
	return runtime.Callers(mostFrames, one[:]) > 0
}

// hermeticCall diverts the builtins that would look at the machine itself, or
// that ash has not. It reports whether it did.
func (s *shell) hermeticCall(hc interp.HandlerContext, args []string) ([]string, bool) {
	refuse := func(status, words string) ([]string, bool) {
		s.tell(hc, words)
		return []string{statusProgram, status}, true
	}
	switch args[0] {
	case "builtin", "caller", "compgen", "complete", "compopt", "dirs", "disown", "enable",
		"logout", "mapfile", "readarray", "popd", "pushd", "shopt", "suspend", "bind", "newgrp":
		return refuse("127", args[0]+": not found")
	case "pwd":
		if slices.Contains(args[1:], "-P") {
			return []string{"echo", s.real(hc.Dir)}, true
		}
	case ".", "source":
		if len(args) > 1 && !strings.Contains(args[1], "/") {
			return append([]string{args[0], s.inPath(hc, args[1])}, args[2:]...), true
		}
	case "shift":
		if len(args) > 1 && strings.HasPrefix(args[1], "-") {
			return refuse("2", "shift: Illegal number: "+args[1])
		}
	case "test", "[":
		if len(args) > mostWords {
			return refuse("2", args[0]+": too many arguments")
		}
		return s.owned(hc, args), true
	case "eval":
		if _, err := s.readScript(strings.NewReader(strings.Join(args[1:], " "))); err != nil {
			return refuse("2", err.Error())
		}
	}
	return args, false
}

// tell prints a complaint of the shell's; where stderr is gone there is nobody to
// tell.
func (s *shell) tell(hc interp.HandlerContext, words string) {
	_, _ = hc.Stderr.Write([]byte(s.name + ": " + words + "\n"))
}

// owned decides the tests of a file's owner, which the interpreter knows of the
// machine's own files only.
func (s *shell) owned(hc interp.HandlerContext, args []string) []string {
	out := slices.Clone(args)
	for i := 1; i+1 < len(out); i++ {
		if out[i] != "-O" && out[i] != "-G" {
			continue
		}
		info, err := s.p.Files.Stat(absolute(hc.Dir, out[i+1]))
		var owner container.Owner
		if err == nil {
			owner = container.OwnerOf(info)
		}
		mine := err == nil && (out[i] == "-O" && owner.UID == s.p.User.UID || out[i] == "-G" && owner.GID == s.p.User.GID)
		out[i], out[i+1] = "-n", ""
		if mine {
			out[i+1] = "yes"
		}
	}
	return out
}

// mostLinks is how many symbolic links a path may lead through, as on Linux.
const mostLinks = 40

// real is a folder's path without symbolic links; the path itself where that
// cannot be told.
func (s *shell) real(name string) string {
	done, rest := "/", strings.Split(strings.Trim(absolute("/", name), "/"), "/")
	for links := 0; len(rest) > 0; {
		next := path.Join(done, rest[0])
		rest = rest[1:]
		info, err := s.p.Files.Lstat(next)
		if err != nil {
			return name
		}
		if info.Mode()&fs.ModeSymlink == 0 {
			done = next
			continue
		}
		to, err := s.p.Files.Readlink(next)
		if links++; err != nil || links > mostLinks {
			return name
		}
		rest = append(strings.Split(strings.Trim(absolute(done, to), "/"), "/"), rest...)
		done = "/"
	}
	return done
}

// inPath finds the file that "." reads: in PATH, else in the folder at hand.
func (s *shell) inPath(hc interp.HandlerContext, name string) string {
	for dir := range strings.SplitSeq(hc.Env.Get("PATH").String(), ":") {
		file := path.Join("/", dir, name)
		if info, err := s.p.Files.Stat(file); err == nil && !info.IsDir() {
			return file
		}
	}
	return "./" + name
}

// homeOf is the home folder of a user of the container, for "~name"; "~name"
// itself where there is no such user.
func (s *shell) homeOf(user string) string {
	unknown := "~" + user
	f, err := s.p.Files.OpenFile("/etc/passwd", os.O_RDONLY, 0)
	if err != nil {
		return unknown
	}
	defer func() { _ = f.Close() }() // it was only read
	lines := bufio.NewScanner(io.LimitReader(f, mostScript))
	for lines.Scan() {
		if fields := strings.Split(lines.Text(), ":"); len(fields) > 5 && fields[0] == user {
			return fields[5]
		}
	}
	return unknown
}
