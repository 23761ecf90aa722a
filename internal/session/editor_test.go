package session

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestEditor(t *testing.T) {
	for name, tt := range map[string]struct{ goos, program, command, folder string }{
		"plain":              {"linux", "/opt/bin/kubectl-learn", "/opt/bin/kubectl-learn edit-file", ""},
		"a space":            {"darwin", "/Users/a b/kubectl-learn", "'/Users/a b/kubectl-learn' edit-file", ""},
		"a quote":            {"linux", "/it's/kubectl-learn", `'/it'\''s/kubectl-learn' edit-file`, ""},
		"a dollar":           {"linux", "/$HOME/kubectl-learn", "'/$HOME/kubectl-learn' edit-file", ""},
		"Windows":            {"windows", `C:\krew\kubectl-learn.exe`, "C:/krew/kubectl-learn.exe edit-file", ""},
		"Windows with space": {"windows", `C:\Program Files\kubectl-learn.exe`, "kubectl-learn.exe edit-file", "C:/Program Files"},
	} {
		if command, folder := editor(tt.goos, tt.program); command != tt.command || folder != tt.folder {
			t.Errorf("%s: editor gave %q, %q; want %q, %q", name, command, folder, tt.command, tt.folder)
		}
	}
}

// TestEditorRuns starts the editor as kubectl does, from folders that are hard to
// quote.
func TestEditorRuns(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell script as a program")
	}
	for _, folder := range []string{"plain", "with space", "it's", `a"b`, `back\slash`, "$(nothing)"} {
		program := filepath.Join(t.TempDir(), folder, "kubectl-learn")
		if err := os.Mkdir(filepath.Dir(program), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(program, []byte("#!/bin/sh\necho \"$# $1 $2\"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		command, _ := editor(runtime.GOOS, program)
		args := kubectlArgs(command, "/tmp/a file")
		out, err := exec.Command(args[0], args[1:]...).CombinedOutput()
		if want := "2 edit-file /tmp/a file\n"; err != nil || string(out) != want {
			t.Errorf("%s: %q printed %q, %v; want %q", folder, args, out, err, want)
		}
	}
}

// kubectlArgs is how kubectl reads $KUBE_EDITOR: k8s.io/kubectl's package
// pkg/cmd/util/editor, functions defaultEnvEditor and Launch.
func kubectlArgs(editor, file string) []string {
	if !strings.ContainsAny(editor, "\"'\\") {
		return append(strings.Split(editor, " "), file)
	}
	return []string{"/bin/sh", "-c", editor + ` "` + file + `"`}
}
