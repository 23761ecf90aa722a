package shell

import (
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
)

// mostLinks is how many symbolic links a path may lead through, as on Linux.
const mostLinks = 40

// real returns a folder's path without symbolic links; the path itself if that
// is unknown.
func (s *shell) real(name string) string {
	done, rest := "/", strings.Split(strings.Trim(path.Clean("/"+name), "/"), "/")
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
		if !path.IsAbs(to) {
			to = path.Join(done, to)
		}
		rest = append(strings.Split(strings.Trim(path.Clean(to), "/"), "/"), rest...)
		done = "/"
	}
	return done
}

// umask is "umask [-S] [MODE]". It applies to the files that the shell creates.
func umask(s *shell, n *call) error {
	args, symbolic := n.args[1:], false
	if len(args) > 0 && args[0] == "-S" {
		args, symbolic = args[1:], true
	}
	s.status = 0
	switch {
	case len(args) == 0 && symbolic:
		s.printf("u=%s,g=%s,o=%s\n", permissions(s.umask>>6), permissions(s.umask>>3), permissions(s.umask))
		return nil
	case len(args) == 0:
		s.printf("%04o\n", s.umask)
		return nil
	}
	if mask, err := strconv.ParseUint(args[0], 8, 32); err == nil && mask <= 0o777 {
		s.umask = os.FileMode(mask)
		return nil
	}
	mask, ok := symbolicMask(args[0], s.umask)
	if !ok {
		return s.fault("illegal mode: %s", args[0])
	}
	s.umask = mask
	return nil
}

// permissions are those that a mask leaves, in letters.
func permissions(mask os.FileMode) string {
	var text strings.Builder
	for i, letter := range "rwx" {
		if mask&(4>>i) == 0 {
			text.WriteRune(letter)
		}
	}
	return text.String()
}

// symbolicMask changes a mask by "u=rwx,g-w".
func symbolicMask(text string, mask os.FileMode) (os.FileMode, bool) {
	for item := range strings.SplitSeq(text, ",") {
		at := strings.IndexAny(item, "=+-")
		if at < 0 || strings.Trim(item[:at], "ugoa") != "" || strings.Trim(item[at+1:], "rwx") != "" {
			return 0, false
		}
		var bits os.FileMode
		for i, letter := range "rwx" {
			if strings.ContainsRune(item[at+1:], letter) {
				bits |= 4 >> i
			}
		}
		for i, who := range "ugo" {
			if at > 0 && !strings.ContainsRune(item[:at], who) && !strings.Contains(item[:at], "a") {
				continue
			}
			shift := 6 - 3*i
			switch item[at] {
			case '=':
				mask = mask&^(7<<shift) | (7&^bits)<<shift
			case '+':
				mask &^= bits << shift
			case '-':
				mask |= bits << shift
			}
		}
	}
	return mask, true
}

// limit is a line of ulimit: the limits of a container that has none of its own.
type limit struct {
	letter byte
	words  string
	value  string
}

func limits() []limit {
	return []limit{
		{'c', "core file size (blocks)         (-c) ", "unlimited"},
		{'d', "data seg size (kb)              (-d) ", "unlimited"},
		{'e', "scheduling priority             (-e) ", "0"},
		{'f', "file size (blocks)              (-f) ", "unlimited"},
		{'l', "max locked memory (kb)          (-l) ", "8192"},
		{'m', "max memory size (kb)            (-m) ", "unlimited"},
		{'n', "open files                      (-n) ", "1048576"},
		{'q', "POSIX message queues (bytes)    (-q) ", "819200"},
		{'r', "real-time priority              (-r) ", "0"},
		{'s', "stack size (kb)                 (-s) ", "8192"},
		{'t', "cpu time (seconds)              (-t) ", "unlimited"},
		{'u', "max user processes              (-u) ", "unlimited"},
		{'v', "virtual memory (kb)             (-v) ", "unlimited"},
		{'x', "file locks                      (-x) ", "unlimited"},
	}
}

// ulimit shows limits; it cannot set one.
func ulimit(s *shell, n *call) error {
	letters, value := "", ""
	for _, arg := range n.args[1:] {
		if flags, ok := strings.CutPrefix(arg, "-"); ok {
			letters += strings.NewReplacer("H", "", "S", "").Replace(flags)
		} else {
			value = arg
		}
	}
	if s.status = 0; value != "" {
		return s.fault("setting a limit is not supported by the sandbox")
	}
	if letters == "" {
		letters = "f"
	}
	for _, l := range limits() {
		switch {
		case letters == "a":
			s.print(l.words + l.value + "\n")
		case strings.IndexByte(letters, l.letter) >= 0:
			s.print(l.value + "\n")
		}
	}
	return nil
}
