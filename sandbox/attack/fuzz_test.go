package attack

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"runtime/pprof"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/programtest"
)

// FuzzShell feeds scripts to sh in a container: no panic, no end that does not
// come, nothing left running, and no word of the machine.
func FuzzShell(f *testing.F) {
	for _, script := range scripts(f) {
		f.Add(script)
	}
	cell := newCell(f)
	f.Fuzz(func(t *testing.T, script string) {
		cell.run(t, []string{"sh"}, script)
	})
}

// FuzzTools gives small commands arguments that are made after their grammars.
func FuzzTools(f *testing.F) {
	for seed := range uint64(200) {
		f.Add(seed, "")
	}
	f.Add(uint64(0), "a\nb\n\x00\xff")
	cell := newCell(f)
	f.Fuzz(func(t *testing.T, seed uint64, stdin string) {
		args := sentence(rand.New(rand.NewPCG(seed, 0)), strings.Fields(stdin))
		t.Logf("%q", args)
		cell.run(t, args, stdin)
	})
}

// scripts are those of the suite, of the scenarios and of the lessons.
func scripts(f *testing.F) []string {
	f.Helper()
	all, err := load("/nowhere")
	if err != nil {
		f.Fatal(err)
	}
	var out []string
	add := func(script string) {
		const large = 2000 // Slow inputs teach little.
		if len(script) < large {
			out = append(out, script)
		}
	}
	for _, a := range all {
		for _, command := range a.exec {
			add(command[len(command)-1])
		}
	}
	inQuotes := regexp.MustCompile(`sh", "-c", "((?:[^"\\]|\\.)*)"|sh, -c, '([^']*)'|-- sh -c '([^']*)'`)
	for _, pattern := range []string{"../compare/testdata/scenarios/*/*", "../compare/testdata/scenarios/*", "../../lessons/*/en.md", "../../manifests/*/*.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				continue // a folder
			}
			for _, m := range inQuotes.FindAllStringSubmatch(string(text), -1) {
				add(m[1] + m[2] + m[3])
			}
		}
	}
	return out
}

// cell is where programs are fuzzed: a container's files that cannot be changed,
// with a folder for temporary ones, beside a file that must not be read.
type cell struct {
	image       container.Image
	root, temps string
	secrets     *secrets
	network     *programtest.Network
}

func newCell(f *testing.F) *cell {
	f.Helper()
	dir := f.TempDir()
	c := &cell{
		secrets: &secrets{word: map[string]string{}, dir: filepath.Join(dir, "machine")},
		root:    filepath.Join(dir, "root"), temps: filepath.Join(dir, "temps"),
		network: programtest.NewNetwork(map[string][]string{"web": {"10.244.0.8"}}),
	}
	images := programs.Catalog()
	i := slices.IndexFunc(images, func(i container.Image) bool { return i.Name == "busybox" })
	c.image = images[i]
	for _, d := range []string{c.secrets.dir, c.root, c.temps} {
		if err := os.Mkdir(d, 0o755); err != nil {
			f.Fatal(err)
		}
	}
	c.secrets.file = filepath.Join(c.secrets.dir, "secret")
	if err := os.WriteFile(c.secrets.file, []byte(c.secrets.new("a file of the machine")), 0o644); err != nil {
		f.Fatal(err)
	}
	f.Setenv("KUBECTL_LEARN_ATTACK", c.secrets.new("the environment"))
	c.secrets.add(dir, "the name of a folder of the machine")
	if err := c.image.Unpack(c.root); err != nil {
		f.Fatal(err)
	}
	return c
}

// How long a program may run before it is killed, and to end after that. Limits
// are of the size that keeps a fuzzer fast.
const (
	runs   = 300 * time.Millisecond
	ends   = 3 * time.Second
	memory = 8 << 20
	disk   = 1 << 20
)

// run runs a program as a container's first process.
func (c *cell) run(t *testing.T, args []string, stdin string) {
	t.Helper()
	temp, err := os.MkdirTemp(c.temps, "") //nolint:usetesting // its name has to begin with one that no program may tell
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := os.RemoveAll(temp); err != nil {
			t.Error(err)
		}
	}()
	tree, err := container.NewTree(c.root, []container.Mount{{Path: "/tmp", Source: temp}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tree.Close() }() // it was only a few folders
	tree.Disk = container.NewDisk(temp, disk, func() {})
	ctx, cancel := context.WithTimeout(t.Context(), runs)
	defer cancel()
	out := &reader{secrets: c.secrets}
	name := fmt.Sprintf("fuzz%d", rand.Uint64())
	run, err := container.Start(ctx, container.Config{
		Image: c.image, Reference: "busybox:1.37", Command: args, Files: tree, Net: c.network.Pod("10.244.0.7"), Hostname: "fuzz",
		Sealed: true, Stdin: strings.NewReader(stdin), Stdout: out, Stderr: out, Memory: memory, Labels: []string{"fuzz", name},
	})
	if err != nil {
		return // There is no such program.
	}
	select {
	case <-run.Done():
		cancel()
	case <-ctx.Done(): // It is killed now.
	}
	killed := time.Now()
	patience.Receive(t, "the container to end", run.Done())
	patience.Until(t, "all that it started to end", func() bool { return goroutines(t, name) == 0 }, func() string { return stacks(t, name) })
	if took := time.Since(killed); patience.Late(took, ends) {
		t.Errorf("it took %s to end", took)
	}
	first, told := out.said()
	if told != nil {
		t.Errorf("it was told %q", told)
	}
	if strings.Contains(first, "panic: ") && strings.Contains(first, "\ngoroutine ") {
		t.Errorf("a program panicked: %s", first)
	}
	if err := c.secrets.changed(); err != nil {
		t.Error(err)
	}
}

// goroutines counts those of a container, by their labels.
func goroutines(t *testing.T, label string) int {
	t.Helper()
	return strings.Count(stacks(t, label), label)
}

// stacks are the stacks of a container's goroutines.
func stacks(t *testing.T, label string) string {
	t.Helper()
	var all bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&all, 1); err != nil {
		t.Fatal(err)
	}
	var some strings.Builder
	for stack := range strings.SplitSeq(all.String(), "\n\n") {
		if strings.Contains(stack, label) {
			some.WriteString(stack + "\n\n")
		}
	}
	return some.String()
}
