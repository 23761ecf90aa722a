package session

import (
	"os"
	"runtime"
	"strings"
	"unicode"

	"github.com/kubectl-learn/kubectl-learn/internal/program"
)

// EditFile is the command of this program that "kubectl edit" gets as its editor when a
// lesson makes the change itself.
const EditFile = "edit-file"

// Editor is the command that kubectl starts as its editor to make a lesson's change;
// executable is the path of this program.
func Editor(executable string) string {
	command, _ := editor(runtime.GOOS, executable)
	return command
}

// editor is the command that kubectl starts as its editor to make a lesson's change;
// folder is what must be on PATH for it, if anything. kubectl splits the command at
// spaces, unless it contains a quote or a backslash: then it passes the whole command
// to a shell. On Windows that shell is cmd, which can't handle the quotes that Go puts
// around arguments, so the command must not need any there.
func editor(goos, executable string) (command, folder string) {
	if goos == "windows" {
		executable = strings.ReplaceAll(executable, `\`, "/")
		if at := strings.LastIndex(executable, "/"); strings.Contains(executable, " ") {
			folder, executable = executable[:at], executable[at+1:]
		}
		return executable + " " + EditFile, folder
	}
	if strings.ContainsFunc(executable, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("/._-+@%,:=", r)
	}) {
		// kubectl's shell is $SHELL: single quotes mean the same in every shell.
		executable = "'" + strings.ReplaceAll(executable, "'", `'\''`) + "'"
	}
	return executable + " " + EditFile, ""
}

// editorEnv is the environment of a lesson's commands, in which kubectl finds the
// editor.
func editorEnv(p *program.Program) []string {
	env := p.ChildEnv()
	_, folder := editor(runtime.GOOS, p.Executable)
	for i, v := range env {
		// Windows calls it "Path".
		if name, value, _ := strings.Cut(v, "="); folder != "" && strings.EqualFold(name, "PATH") {
			env[i] = name + "=" + value + string(os.PathListSeparator) + folder
		}
	}
	return env
}
