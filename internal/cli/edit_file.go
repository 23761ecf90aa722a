package cli

import (
	"bytes"
	"os"
	"runtime"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps/play"
)

// editFile is the editor that a lesson gives to "kubectl edit" when it makes
// the change by itself.
const editFile = "edit-file"

// editor is the command that kubectl starts as an editor to make a lesson's change;
// folder is what must be on PATH for it, "" where nothing must. kubectl parts the
// command at spaces, unless it sees a quote or a backslash: then it hands the whole
// of it to a shell. On Windows that shell is cmd, which does not survive the quotes
// that Go puts around its arguments, so that there no quote may be needed.
func editor(goos, program string) (command, folder string) {
	if goos == "windows" {
		program = strings.ReplaceAll(program, `\`, "/")
		if at := strings.LastIndex(program, "/"); strings.Contains(program, " ") {
			folder, program = program[:at], program[at+1:]
		}
		return program + " " + editFile, folder
	}
	if strings.ContainsFunc(program, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("/._-+@%,:=", r)
	}) {
		// kubectl's shell is $SHELL: single quotes mean the same in all of them.
		program = "'" + strings.ReplaceAll(program, "'", `'\''`) + "'"
	}
	return program + " " + editFile, ""
}

// editorEnv is the environment of a lesson's commands, in which kubectl finds the
// editor.
func (a *app) editorEnv() []string {
	env := a.childEnv()
	_, folder := editor(runtime.GOOS, a.Executable)
	for i, v := range env {
		// Windows has it as "Path".
		if name, value, _ := strings.Cut(v, "="); folder != "" && strings.EqualFold(name, "PATH") {
			env[i] = name + "=" + value + string(os.PathListSeparator) + folder
		}
	}
	return env
}

func (a *app) newEditFile() *cobra.Command {
	return &cobra.Command{
		Use:    editFile + " FILE",
		Short:  a.say(lang.Messagef("Make a lesson's change in a file, instead of an editor", "代替编辑器，把课程的修改写入文件")),
		Hidden: true,
		Args:   help.Args(1, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			from, to := a.getenv(play.EditFrom), a.getenv(play.EditTo)
			data, err := os.ReadFile(args[0])
			if err != nil {
				return lang.Errorf("failed to read the file to edit: %w", "无法读取要修改的文件：%w", err)
			}
			if from == "" || !bytes.Contains(data, []byte(from)) {
				return lang.Errorf("failed to edit %s: it does not contain %q", "无法修改 %s：里面没有 %q", args[0], from)
			}
			// The first is the wish; a status that repeats it comes after.
			return os.WriteFile(args[0], bytes.Replace(data, []byte(from), []byte(to), 1), 0o600)
		},
	}
}
