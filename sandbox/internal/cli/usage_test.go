package cli

import (
	"bytes"
	"strings"
	"testing"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/kubectl-learn/kubectl-learn/internal/home"
)

// play runs the program in a home folder of its own.
func play(t *testing.T, lang string, args ...string) (code int, out, errOut string) {
	t.Helper()
	env := map[string]string{home.Env: t.TempDir(), home.LangEnv: lang}
	var stdout, stderr bytes.Buffer
	code = Run(Environment{
		IOStreams: IOStreams{In: strings.NewReader(""), Out: &stdout, Err: &stderr}, Args: args,
		Getenv: func(name string) string { return env[name] },
	})
	return code, stdout.String(), stderr.String()
}

// TestWhatCannotBeMeant gives every command too many arguments, too few, flags that
// there are not and values that do not fit. Each is an error of use, in the language
// that was asked for, and names the help of that command.
func TestWhatCannotBeMeant(t *testing.T) {
	var walk func(path []string, cmd *cobra.Command) int
	walk = func(path []string, cmd *cobra.Command) int {
		seen := 0
		if !cmd.DisableFlagParsing && cmd.Name() != "help" {
			for _, args := range mistakes(path, cmd) {
				seen++
				cannotBeMeant(t, path, args)
			}
		}
		for _, child := range cmd.Commands() {
			seen += walk(append(append([]string(nil), path...), child.Name()), child)
		}
		return seen
	}
	root := newRoot(Environment{Getenv: func(string) string { return "" }})
	if seen := walk(nil, root); seen < 60 {
		t.Errorf("only %d command lines were tried", seen)
	}
}

func mistakes(path []string, cmd *cobra.Command) [][]string {
	with := func(args ...string) []string { return append(append([]string(nil), path...), args...) }
	all := [][]string{with("no-such", "no-such", "no-such"), with("--no-such"), with("-Z"), with("--=x")}
	if _, wanted, ok := strings.Cut(cmd.Use, " "); ok && !strings.HasPrefix(wanted, "[") {
		all = append(all, with())
	}
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if f.NoOptDefVal == "" {
			all = append(all, with("--"+f.Name))
		}
		if f.Value.Type() != "string" && f.Name != "help" && !f.Hidden {
			all = append(all, with("--"+f.Name+"=no such"))
		}
	})
	return all
}

func cannotBeMeant(t *testing.T, path, args []string) {
	t.Helper()
	name, help := strings.Join(args, " "), strings.Join(append([]string{"kubectl-learn-sandbox"}, path...), " ")+" --help"
	code, out, errOut := play(t, "en", args...)
	if code != exitUsage || out != "" || !strings.HasPrefix(errOut, "error: ") || !strings.Contains(errOut, "\nhint: see "+help) {
		t.Errorf("%s: exit code %d, prints %q, says %q", name, code, out, errOut)
	}
	code, out, errOut = play(t, "zh", args...)
	chinese := strings.ContainsFunc(strings.SplitN(errOut, "\n", 2)[0], func(r rune) bool { return unicode.Is(unicode.Han, r) })
	if code != exitUsage || out != "" || !strings.HasPrefix(errOut, "错误：") || !chinese || !strings.Contains(errOut, "\n提示：更多说明："+help) {
		t.Errorf("%s in Chinese: exit code %d, prints %q, says %q", name, code, out, errOut)
	}
}
