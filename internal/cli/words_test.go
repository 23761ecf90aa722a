package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-learn/kubectl-learn/internal/advice"
	"github.com/kubectl-learn/kubectl-learn/internal/program"
)

// outcome is the result of a run of the program.
type outcome struct {
	code        int
	out, errOut string
}

// execute runs the program as a user would, without a terminal, in a home folder of
// its own.
func execute(t *testing.T, env []string, args ...string) outcome {
	t.Helper()
	return executeIn(t, "", env, args...)
}

// executeIn is execute in a pod that finds its credentials in a folder.
func executeIn(t *testing.T, pod string, env []string, args ...string) outcome {
	t.Helper()
	dir := t.TempDir()
	open := func(name string) *os.File {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	in, out, errOut := open("in"), open("out"), open("err")
	code := Run(t.Context(), program.Program{
		Args: append([]string{"kubectl-learn"}, args...), Executable: filepath.Join(dir, "kubectl-learn"),
		PodFolder: pod,
		Env:       append([]string{"KUBECTL_LEARN_HOME=" + filepath.Join(dir, "learn"), "LANG=C.UTF-8"}, env...),
		IOStreams: genericiooptions.IOStreams{In: in, Out: out, ErrOut: errOut},
	})
	read := func(f *os.File) string {
		data, err := os.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	return outcome{code, read(out), read(errOut)}
}

// alone hides this machine's programs and kubeconfigs from the test.
func alone(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	t.Setenv("HOME", dir)
	t.Setenv("KUBECONFIG", filepath.Join(dir, "none"))
	t.Setenv("KUBERNETES_SERVICE_HOST", "")
	t.Setenv("KUBERNETES_SERVICE_PORT", "")
}

// everyCommand calls visit with each command of the program.
func everyCommand(visit func(path []string, cmd *cobra.Command)) {
	var walk func(path []string, cmd *cobra.Command)
	walk = func(path []string, cmd *cobra.Command) {
		visit(path, cmd)
		for _, child := range cmd.Commands() {
			walk(append(append([]string(nil), path...), child.Name()), child)
		}
	}
	walk(nil, newRoot(&program.Program{}, nil))
}

// TestWhatCannotBeMeant gives every command too many arguments, too few, unknown flags,
// and values that don't fit. Each is a usage error, in the right language, and points
// to the help of that command.
func TestWhatCannotBeMeant(t *testing.T) {
	alone(t)
	seen := 0
	everyCommand(func(path []string, cmd *cobra.Command) {
		if cmd.DisableFlagParsing || cmd.Name() == "help" {
			return // the sandbox program has a test of its own
		}
		cases := [][]string{
			append(path, "no-such", "no-such", "no-such"),
			append(path, "--no-such"),
			append(path, "-Z"),
			append(path, "--=x"),
		}
		if _, wanted, ok := strings.Cut(cmd.Use, " "); ok && !strings.HasPrefix(wanted, "[") {
			cases = append(cases, path)
		}
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if f.NoOptDefVal == "" {
				cases = append(cases, append(path, "--"+f.Name))
			}
			if f.Value.Type() != "string" && f.Name != "help" {
				cases = append(cases, append(path, "--"+f.Name+"=no such"))
			}
			if f.Name == "output" && cmd.Name() != "save" {
				cases = append(cases, append(path, "-o", "no-such"))
			}
		})
		for _, args := range cases {
			seen++
			args = append([]string(nil), args...)
			name := strings.Join(args, " ")
			en, zh := execute(t, nil, args...), execute(t, []string{"LANG=zh_CN.UTF-8"}, args...)
			if en.code != advice.Usage || zh.code != advice.Usage {
				t.Errorf("%s: exit codes %d and %d, want %d; %s", name, en.code, zh.code, advice.Usage, en.errOut)
			}
			if en.out != "" || zh.out != "" {
				t.Errorf("%s: a mistake on stdout: %q, %q", name, en.out, zh.out)
			}
			help := strings.Join(append([]string{"kubectl learn"}, path...), " ") + " --help"
			if !strings.HasPrefix(en.errOut, "error: ") || !strings.Contains(en.errOut, "\nhint: see "+help) {
				t.Errorf("%s: says %q, want an error and a hint at %q", name, en.errOut, help)
			}
			if !strings.HasPrefix(zh.errOut, "错误：") || !strings.Contains(zh.errOut, "\n提示：") || !strings.Contains(zh.errOut, help) {
				t.Errorf("%s: says %q, want an error and a hint at %q", name, zh.errOut, help)
			}
			wantChinese(t, name, zh.errOut)
		}
	})
	if seen < 80 {
		t.Errorf("only %d command lines were tried", seen)
	}
}

// TestHelpIsChinese reads the help of every command.
func TestHelpIsChinese(t *testing.T) {
	alone(t)
	everyCommand(func(path []string, cmd *cobra.Command) {
		if cmd.DisableFlagParsing {
			return
		}
		got := execute(t, []string{"LANG=zh_CN.UTF-8"}, append(path, "--help")...)
		if got.code != advice.Done || got.errOut != "" {
			t.Errorf("%v --help: exit code %d, %q", path, got.code, got.errOut)
		}
		wantChinese(t, strings.Join(path, " ")+" --help", got.out)
	})
}

// TestTroubleIsChinese goes through what can go wrong after the command line is parsed.
func TestTroubleIsChinese(t *testing.T) {
	alone(t)
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	checks := write("checks.yaml", "- {id: a, name: 有一个 Pod, object: {kind: Pod, name: p}}\n")
	down := write("down", kubeconfig("https://127.0.0.1:1"))
	damaged := write("damaged", "{{{")
	production := write("production", strings.ReplaceAll(kubeconfig("https://127.0.0.1:1"), "here", "prod"))
	for name, tt := range map[string]struct {
		env, args []string
		code      int
	}{
		"no such lesson":           {nil, []string{"start", "orchestrat", "--yes"}, advice.Usage},
		"no lesson":                {nil, []string{"start"}, advice.Usage},
		"no terminal":              {nil, []string{"start", "first-steps"}, advice.Usage},
		"no sandbox":               {nil, []string{"start", "first-steps", "--yes"}, advice.Failed},
		"no such mode":             {nil, []string{"start", "first-steps", "--yes", "--mode", "exam"}, advice.Usage},
		"no time":                  {nil, []string{"start", "first-steps", "--yes", "--timeout", "0s"}, advice.Usage},
		"no such variable":         {nil, []string{"start", "first-steps", "--yes", "--set", "A=1"}, advice.Usage},
		"no such context":          {[]string{"KUBECONFIG=" + down}, []string{"start", "first-steps", "--yes", "--context", "elsewhere"}, advice.Usage},
		"production":               {nil, []string{"start", "first-steps", "--yes", "--context", "prod", "--kubeconfig", production}, advice.Failed},
		"a cluster that is down":   {nil, []string{"start", "first-steps", "--yes", "--context", "here", "--kubeconfig", down}, advice.Failed},
		"a damaged kubeconfig":     {nil, []string{"start", "first-steps", "--yes", "--context", "here", "--kubeconfig", damaged}, advice.Failed},
		"a home that is a file":    {[]string{"KUBECTL_LEARN_HOME=" + checks}, []string{"start", "first-steps", "--yes"}, advice.Failed},
		"no lesson begun":          {nil, []string{"check"}, advice.Failed},
		"a lesson not begun":       {nil, []string{"check", "first-steps"}, advice.Failed},
		"reset, not begun":         {nil, []string{"reset", "first-steps", "--yes"}, advice.Failed},
		"reset, no such lesson":    {nil, []string{"reset", "first-step"}, advice.Usage},
		"url of nothing":           {nil, []string{"url", "web"}, advice.Usage},
		"url of a pod":             {nil, []string{"url", "pod/web"}, advice.Usage},
		"url, down":                {nil, []string{"url", "service/web", "--context", "here", "--kubeconfig", down}, advice.Failed},
		"no file":                  {nil, []string{"check", "-f", filepath.Join(dir, "none.yaml")}, advice.Failed},
		"a folder":                 {nil, []string{"check", "-f", dir}, advice.Failed},
		"a file and a lesson":      {nil, []string{"check", "-f", checks, "first-steps"}, advice.Usage},
		"an empty name":            {nil, []string{"check", "-f", ""}, advice.Usage},
		"a flag without its other": {nil, []string{"check", "-n", "shop"}, advice.Usage},
		"negative time":            {nil, []string{"check", "-f", checks, "--timeout", "-1s"}, advice.Usage},
		"checks, no cluster":       {nil, []string{"check", "-f", checks}, advice.Usage},
		"checks, down":             {nil, []string{"check", "-f", checks, "--kubeconfig", down}, advice.Failed},
		"checks, no context":       {nil, []string{"check", "-f", checks, "--kubeconfig", down, "--context", "elsewhere"}, advice.Usage},
		"checks, damaged":          {nil, []string{"check", "-f", checks, "--kubeconfig", damaged}, advice.Failed},
		"images, no archive":       {nil, []string{"images", "save"}, advice.Failed},
		"images, wrong archive":    {nil, []string{"images", "save", "--from", checks}, advice.Failed},
		"images, odd platform":     {nil, []string{"images", "save", "--platform", "plan9/mips"}, advice.Usage},
		"images, down":             {nil, []string{"images", "load", "--yes", "--context", "here", "--kubeconfig", down}, advice.Failed},
		"sandbox":                  {nil, []string{"sandbox", "status"}, advice.Failed},
		"an editor without a file": {nil, []string{"edit-file", filepath.Join(dir, "none")}, advice.Failed},
		"an editor without a word": {nil, []string{"edit-file", checks}, advice.Failed},
		"help about nothing":       {nil, []string{"help", "no-such"}, advice.Usage},
		"another language":         {nil, []string{"--lang", "fr", "list"}, advice.Usage},
	} {
		t.Run(name, func(t *testing.T) {
			got := execute(t, append([]string{"LANG=zh_CN.UTF-8"}, tt.env...), tt.args...)
			if got.code != tt.code {
				t.Errorf("exit code %d, want %d; %s", got.code, tt.code, got.errOut)
			}
			if !strings.Contains("\n"+got.errOut, "\n错误：") {
				t.Errorf("no error in %q", got.errOut)
			}
			wantChinese(t, name, got.errOut)
		})
	}
}

func kubeconfig(server string) string {
	return `apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "` + server + `"}}]
users: [{name: u, user: {token: t}}]
contexts: [{name: here, context: {cluster: c, user: u, namespace: shop}}]
current-context: here
`
}

// wantChinese fails the test if a text contains an English sentence: three or more
// words in a row that are not names, flags, paths, commands or quotes.
func wantChinese(t *testing.T, what, text string) {
	t.Helper()
	if !strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		t.Errorf("%s: no Chinese in %q", what, text)
	}
	for line := range strings.Lines(text) {
		if rest := names.ReplaceAllString(line, " · "); sentence.MatchString(rest) {
			t.Errorf("%s: English in %q: %q", what, line, sentence.FindString(rest))
		}
	}
}

var (
	// names are quotes, commands to paste, the output of another program after 原文,
	// flags, paths, and words that contain a mark or a capital.
	names    = regexp.MustCompile("\"[^\"]*\"|`[^`]*`|\\b(kubectl|export|curl|ctr)\\b[^，。；）]*|原文：.*|--?[a-z][-a-z=]*|\\S*[/.=_:0-9A-Z]\\S*")
	sentence = regexp.MustCompile(`[a-z']{2,} [a-z']{2,} [a-z']{2,}`)
)

func TestWantChineseFindsEnglish(t *testing.T) {
	for text, english := range map[string]bool{
		"错误：unknown flag: --x":                           false,
		"错误：there is no such lesson":                     true,
		"提示：例如：kubectl learn check that all is well":     false,
		"错误：课程 \"no such lesson here\" 不存在":              false,
		"错误：无法读取 /a/b: no such file or directory":        true,
		"      --context string   使用 kubeconfig 里的这个上下文": false,
	} {
		if got := sentence.MatchString(names.ReplaceAllString(text, " · ")); got != english {
			t.Errorf("%q: %v, want %v", text, got, english)
		}
	}
}
