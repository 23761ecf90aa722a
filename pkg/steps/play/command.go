package play

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"
)

// kubectl and its short name, which many learners have as an alias.
const (
	kubectl      = "kubectl"
	kubectlShort = "k"
)

// sameCommand reports whether two command lines do the same by their form: spaces,
// quotes and the order and spelling of kubectl's flags aside.
func sameCommand(a, b string) bool {
	one, okOne := canonical(a)
	other, okOther := canonical(b)
	return okOne && okOther && one == other
}

// canonical writes a command line in one way; ok is false where it is none.
func canonical(command string) (_ string, ok bool) {
	file, err := syntax.NewParser().Parse(strings.NewReader(command), "")
	if err != nil || len(file.Stmts) == 0 {
		return "", false
	}
	eachCall(file, func(c *syntax.CallExpr) {
		words := plainWords(c.Args)
		if len(words) == len(c.Args) {
			c.Args = quotedWords(canonicalArgs(words))
		}
	})
	var b strings.Builder
	if err := syntax.NewPrinter(syntax.SingleLine(true)).Print(&b, file); err != nil {
		return "", false
	}
	return b.String(), true
}

func eachCall(node syntax.Node, do func(*syntax.CallExpr)) {
	syntax.Walk(node, func(n syntax.Node) bool {
		if c, ok := n.(*syntax.CallExpr); ok && len(c.Args) > 0 {
			do(c)
		}
		return true
	})
}

// plainWords returns the words as a program gets them, as far as the first that only
// the shell knows.
func plainWords(words []*syntax.Word) []string {
	var out []string
	for _, w := range words {
		if !isPlain(w) {
			break
		}
		text, err := expand.Literal(&expand.Config{}, w)
		if err != nil {
			break
		}
		out = append(out, text)
	}
	return out
}

// isPlain reports that a word means itself, once its quotes are removed.
func isPlain(w *syntax.Word) bool {
	return !slices.ContainsFunc(w.Parts, func(part syntax.WordPart) bool {
		switch part := part.(type) {
		case *syntax.Lit:
			return strings.ContainsAny(part.Value, "*?[]{}~")
		case *syntax.SglQuoted:
			return part.Dollar
		case *syntax.DblQuoted:
			return part.Dollar || slices.ContainsFunc(part.Parts, func(inner syntax.WordPart) bool {
				_, text := inner.(*syntax.Lit)
				return !text
			})
		}
		return true
	})
}

func quotedWords(args []string) []*syntax.Word {
	words := make([]*syntax.Word, len(args))
	for i, a := range args {
		if quoted, err := syntax.Quote(a, syntax.LangBash); err == nil {
			a = quoted
		}
		words[i] = &syntax.Word{Parts: []syntax.WordPart{&syntax.Lit{Value: a}}}
	}
	return words
}

// canonicalArgs brings kubectl's arguments into one order: what is no flag first, then
// the flags by their names, those of one name as they came, then what follows "--".
func canonicalArgs(args []string) []string {
	if args[0] == kubectlShort {
		args[0] = kubectl
	}
	if args[0] != kubectl {
		return args
	}
	rest, behind := args, []string(nil)
	if at := slices.Index(args, "--"); at >= 0 {
		rest, behind = args[:at], args[at:]
	}
	flags, others := kubectlFlags(rest)
	slices.SortStableFunc(flags, func(a, b flag) int { return cmp.Compare(a.name, b.name) })
	for _, f := range flags {
		others = append(others, f.String())
	}
	return append(others, behind...)
}

// verbs returns the words of a kubectl command line that are no flags: the verb
// first, "" where there is none.
func verbs(args []string) []string {
	if _, words := kubectlFlags(args); len(words) > 1 {
		return words[1:]
	}
	return []string{""}
}

// flag is a flag of kubectl's with its long name.
type flag struct {
	name, value string
	valued      bool
}

// String is the flag as it may be typed.
func (f flag) String() string {
	if f.valued {
		return "--" + f.name + "=" + f.value
	}
	return "--" + f.name
}

// kubectlFlags parts the flags of a kubectl command line from its words.
func kubectlFlags(args []string) (flags []flag, words []string) {
	verb := ""
	for i := 0; i < len(args); i++ {
		arg := args[i]
		if len(arg) < 2 || arg[0] != '-' {
			if words = append(words, arg); len(words) == 2 {
				verb = arg
			}
			continue
		}
		for _, f := range splitFlag(verb, arg) {
			if !f.valued && !isSwitch(verb, f.name) && i+1 < len(args) {
				i++
				f.value, f.valued = args[i], true
			}
			if f.name == "filename" {
				f.value = path.Clean(f.value)
			}
			flags = append(flags, f)
		}
	}
	return flags, words
}

// splitFlag reads one argument: --name, --name=value, -n, -n=value, -nvalue, or
// several switches in one as in -it.
func splitFlag(verb, arg string) []flag {
	if long, ok := strings.CutPrefix(arg, "--"); ok {
		name, value, valued := strings.Cut(long, "=")
		return []flag{{name, value, valued}}
	}
	var flags []flag
	for letters := arg[1:]; letters != ""; {
		f := flag{name: longName(verb, letters[:1])}
		if letters = letters[1:]; letters != "" && (letters[0] == '=' || !isSwitch(verb, f.name)) {
			f.value, f.valued = strings.TrimPrefix(letters, "="), true
			letters = ""
		}
		flags = append(flags, f)
	}
	return flags
}

// longName is the long name of a flag that kubectl has a letter for.
func longName(verb, letter string) string {
	if verb == "logs" {
		switch letter {
		case "f":
			return "follow"
		case "p":
			return "previous"
		}
	}
	names := map[string]string{
		"A": "all-namespaces", "L": "label-columns", "R": "recursive", "c": "container", "e": "env", "f": "filename",
		"h": "help", "i": "stdin", "k": "kustomize", "l": "selector", "n": "namespace", "o": "output", "p": "patch",
		"q": "quiet", "s": "server", "t": "tty", "w": "watch", "v": "v",
	}
	if name, known := names[letter]; known {
		return name
	}
	return letter
}

// isSwitch reports that a flag of kubectl's takes no value after a space.
func isSwitch(verb, name string) bool {
	switch verb {
	case "run":
		if name == "command" {
			return true
		}
	case "label", "annotate", "delete":
		if name == "list" || name == "force" {
			return true
		}
	}
	return slices.Contains([]string{
		"all", "all-containers", "all-namespaces", "allow-missing-template-keys", "append-hash", "attach", "cascade", "client",
		"disable-eviction", "dry-run", "expose", "flatten", "follow", "force", "force-conflicts", "help", "ignore-daemonsets",
		"ignore-not-found", "keepalive", "leave-stdin-open", "list", "local", "merge", "minify", "no-headers", "namespaced",
		"overwrite", "prefix", "previous", "privileged", "prune", "quiet", "raw-data", "recursive", "rm", "save-config",
		"server-print", "server-side", "show-kind", "show-labels", "show-managed-fields", "stdin", "timestamps", "tty",
		"validate", "watch", "watch-only", "windows-line-endings", "now", "interactive",
	}, name)
}

// tolerant is a command of several, whose deletions do not mind what is gone already;
// ok is false where it is one command, or deletes nothing.
func tolerant(command string) (_ string, ok bool) {
	file, err := syntax.NewParser().Parse(strings.NewReader(command), "")
	if err != nil {
		return "", false
	}
	calls, deletes := 0, 0
	eachCall(file, func(c *syntax.CallExpr) {
		calls++
		if words := plainWords(c.Args); len(words) > 1 && words[0] == kubectl && slices.Equal(verbs(words)[:1], []string{"delete"}) {
			deletes++
			c.Args = append(c.Args, quotedWords([]string{"--ignore-not-found"})...)
		}
	})
	var b strings.Builder
	if err := syntax.NewPrinter(syntax.SingleLine(true)).Print(&b, file); err != nil || calls < 2 || deletes == 0 {
		return "", false
	}
	return strings.TrimSpace(b.String()), true
}
