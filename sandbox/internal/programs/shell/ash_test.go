package shell

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/programtest"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/tools"
)

// example is a script, and what busybox's ash makes of it.
type example struct {
	script   string
	out, err string
	code     int
}

// examples reads testdata/ash.txt: a line for a script, in which "\n" is a new
// line, "\t" a tab and "\\" a backslash, and below it what was recorded, indented.
func examples(t *testing.T) []example {
	t.Helper()
	text, err := os.ReadFile("testdata/ash.txt")
	if err != nil {
		t.Fatal(err)
	}
	var all []example
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		if !strings.HasPrefix(line, "  ") {
			all = append(all, example{script: strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\t`, "\t").Replace(line)})
			continue
		}
		last := &all[len(all)-1]
		kind, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch kind {
		case "out":
			last.out, err = strconv.Unquote(rest)
		case "err":
			last.err, err = strconv.Unquote(rest)
		case "exit":
			last.code, err = strconv.Atoi(rest)
		}
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
	}
	return all
}

// write is what examples reads.
func (e example) write(w io.Writer) {
	fmt.Fprintln(w, strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\t", `\t`).Replace(e.script))
	if e.out != "" {
		fmt.Fprintf(w, "  out %q\n", e.out)
	}
	if e.err != "" {
		fmt.Fprintf(w, "  err %q\n", e.err)
	}
	if e.code != 0 {
		fmt.Fprintf(w, "  exit %d\n", e.code)
	}
}

// exampleFiles are what the examples find in their folder, and beside it.
func exampleFiles() map[string]string {
	return map[string]string{
		"etc/passwd": "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n", "etc/group": "root:x:0:\n",
		"work/a.txt": "one\ntwo\n", "work/b.txt": "b\n", "work/.hidden": "h\n", "work/sub/c.txt": "c\n", "root/x": "",
	}
}

// exampleEnv is the environment of the examples.
func exampleEnv() []string {
	return []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root"}
}

// TestAsh compares the shell with busybox's ash: the same output, error messages
// and exit code, byte by byte. UPDATE=1 records them again, if busybox is
// installed.
func TestAsh(t *testing.T) {
	all := examples(t)
	if os.Getenv("UPDATE") != "" {
		record(t, all)
	}
	if len(all) < 300 {
		t.Errorf("%d examples", len(all))
	}
	for _, e := range all {
		t.Run(e.script, func(t *testing.T) {
			t.Parallel()
			got := play(t, e.script)
			want := e
			want.script, got.script = "", ""
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(example{})); diff != "" {
				t.Errorf("(-ash +sandbox):\n%s", diff)
			}
		})
	}
}

// play runs a script in a container of its own, beside its first process.
func play(t *testing.T, script string) example {
	t.Helper()
	c := newContainer(t, nil, io.Discard)
	var out, complaints programtest.Buffer
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	code, err := c.Exec(ctx, container.ExecConfig{Args: []string{"sh", "-c", script}, Stdout: &out, Stderr: &complaints})
	if err != nil {
		t.Fatal(err)
	}
	if ctx.Err() != nil {
		t.Fatalf("not done after a minute: output %q, complaints %q", &out, &complaints)
	}
	return example{script, plainPIDs(out.String()), plainPIDs(complaints.String()), code}
}

// plainPIDs hides what differs from run to run.
func plainPIDs(text string) string {
	return regexp.MustCompile(`PPID='\d+'`).ReplaceAllString(text, "PPID='N'")
}

// newContainer starts a container whose first process does nothing, or that runs
// a command.
func newContainer(t *testing.T, command []string, out io.Writer) *container.Container {
	t.Helper()
	files := fstest.MapFS{}
	for name, text := range exampleFiles() {
		files[name] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
	}
	files["tmp"] = &fstest.MapFile{Mode: os.ModeDir | 0o777 | os.ModeSticky}
	programs := tools.Programs()
	programs["/bin/sh"] = Sh
	programs["/bin/holder"] = func(ctx context.Context, _ *container.Process) int {
		<-ctx.Done()
		return 0
	}
	image := container.Image{Name: "busybox", Root: files, Programs: programs, Env: exampleEnv(), WorkingDir: "/work"}
	dir := t.TempDir()
	if err := image.Unpack(dir); err != nil {
		t.Fatal(err)
	}
	tree, err := container.NewTree(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	if command == nil {
		command = []string{"/bin/holder"}
	}
	c, err := container.Start(t.Context(), container.Config{
		Image: image, Command: command, Files: tree, Hostname: "pod-1", Env: exampleEnv(),
		Net: programtest.NewNetwork(nil).Pod("10.244.0.3"), Stdout: out, Stderr: out,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Signal(container.SIGKILL)
		<-c.Done()
		_ = tree.Close()
	})
	return c
}

// record asks the machine's own busybox, in a folder that it takes for the root
// of all files.
func record(t *testing.T, all []example) {
	t.Helper()
	root := t.TempDir()
	install(t, root)
	var text bytes.Buffer
	for i := range all {
		if err := errors.Join(os.RemoveAll(filepath.Join(root, "work")), os.RemoveAll(filepath.Join(root, "tmp")), os.Mkdir(filepath.Join(root, "tmp"), 0o777|os.ModeSticky), os.Chmod(filepath.Join(root, "tmp"), 0o777|os.ModeSticky)); err != nil {
			t.Fatal(err)
		}
		for name, text := range exampleFiles() {
			if err := errors.Join(os.MkdirAll(filepath.Join(root, filepath.Dir(name)), 0o755), os.WriteFile(filepath.Join(root, name), []byte(text), 0o644)); err != nil {
				t.Fatal(err)
			}
		}
		var out, complaints bytes.Buffer
		code := inside(t, root, all[i].script, &out, &complaints)
		all[i] = example{all[i].script, plainPIDs(out.String()), plainPIDs(complaints.String()), code}
		all[i].write(&text)
	}
	if err := os.WriteFile("testdata/ash.txt", text.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
