package play

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// looksOnly reports that a command line changes nothing that a check could look at:
// each of its programs is known for that. Any other may.
func looksOnly(command string) bool {
	file, err := syntax.NewParser().Parse(strings.NewReader(command), "")
	if err != nil {
		return true // it cannot be run
	}
	looks := true
	syntax.Walk(file, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Redirect:
			looks = looks && (!writes(n) || slices.Equal(plainWords([]*syntax.Word{n.Word}), []string{"/dev/null"}))
		case *syntax.CallExpr:
			looks = looks && (len(n.Args) == 0 || onlyLooks(plainWords(n.Args)))
		}
		return looks
	})
	return looks
}

// writes reports that a redirection writes to a file.
func writes(r *syntax.Redirect) bool {
	return slices.Contains([]syntax.RedirOperator{syntax.RdrOut, syntax.AppOut, syntax.RdrAll, syntax.AppAll, syntax.RdrClob, syntax.RdrInOut}, r.Op)
}

// onlyLooks reports that a program with these arguments changes nothing.
func onlyLooks(args []string) bool {
	if len(args) == 0 {
		return false
	}
	if args[0] != kubectl && args[0] != kubectlShort {
		return slices.Contains([]string{
			"awk", "cat", "clear", "column", "cut", "date", "diff", "echo", "env", "false", "fold", "grep", "head", "history", "jq", "less",
			"ls", "man", "more", "printenv", "printf", "pwd", "seq", "sort", "tail", "test", "[", "tree", "true", "type", "uniq", "wc", "which", "yq",
		}, args[0])
	}
	words := verbs(args)
	switch words[0] {
	case "":
		return true
	case "rollout":
		return len(words) < 2 || words[1] == "status" || words[1] == "history"
	case "config", "auth", "plugin", "learn":
		return true
	}
	return slices.Contains([]string{
		"get", "describe", "logs", "explain", "top", "version", "cluster-info", "api-resources", "api-versions", "events", "diff",
		"wait", "options", "completion", "help",
	}, words[0])
}
