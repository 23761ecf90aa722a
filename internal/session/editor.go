package session

import (
	"os"
	"runtime"
	"strings"
	"unicode"

	"github.com/kubectl-learn/kubectl-learn/internal/program"
)

// EditFile is the command of this program that a lesson gives to "kubectl edit" as an
// editor when it makes the change by itself.
const EditFile = "edit-file"

// Editor is what kubectl starts as an editor to make a lesson's change, for a program
// at this path.
func Editor(executable string) string {
	command, _ := editor(runtime.GOOS, executable)
	return command
}

// editor is the command that kubectl starts as an editor to make a lesson's change;
// folder is what must be on PATH for it, "" where nothing must. kubectl parts the
// command at spaces, unless it sees a quote or a backslash: then it hands the whole
// of it to a shell. On Windows that shell is cmd, which does not survive the quotes
// that Go puts around its arguments, so that there no quote may be needed.
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
		// kubectl's shell is $SHELL: single quotes mean the same in all of them.
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
		// Windows has it as "Path".
		if name, value, _ := strings.Cut(v, "="); folder != "" && strings.EqualFold(name, "PATH") {
			env[i] = name + "=" + value + string(os.PathListSeparator) + folder
		}
	}
	return env
}
