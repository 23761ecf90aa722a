package attack

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/remotecommand"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
)

// nodeName is where all pods of the suite run.
const nodeName = "sandbox-1"

// victim is the sandbox that is attacked.
type victim struct {
	program, home string
	client        kubernetes.Interface
	config        *rest.Config
	secrets       *secrets
	daemon        process
}

// process distinguishes a process from a later one with the same PID.
type process struct {
	pid     int
	started string
}

// start brings up a sandbox of the test's own, whose folder and program have
// names that are secrets too.
func start(t *testing.T, s *secrets) *victim {
	t.Helper()
	built, err := filepath.Abs("../../bin/kubectl-learn-sandbox")
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS == "windows" {
		built += ".exe"
	}
	if _, err := os.Stat(built); err != nil {
		t.Fatalf("run make build first: %v", err)
	}
	base := t.TempDir()
	v := &victim{secrets: s, home: filepath.Join(base, s.new("the name of the sandbox's folder"))}
	v.program = filepath.Join(base, s.new("the name of the sandbox's program"), filepath.Base(built))
	if err := errors.Join(os.Mkdir(v.home, 0o700), os.Mkdir(filepath.Dir(v.program), 0o700), copyFile(built, v.program)); err != nil {
		t.Fatal(err)
	}
	t.Setenv("KUBECTL_LEARN_HOME", v.home)
	t.Cleanup(func() {
		cmd := exec.CommandContext(context.WithoutCancel(t.Context()), v.program, "down")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("down: %v\n%s", err, out)
		}
	})
	if out, err := exec.CommandContext(t.Context(), v.program, "up", "--port", strconv.Itoa(20000+rand.IntN(10000))).CombinedOutput(); err != nil {
		t.Fatalf("up: %v\n%s", err, out)
	}
	if v.config, err = clientcmd.BuildConfigFromFlags("", filepath.Join(v.home, "sandbox", "kubeconfig")); err != nil {
		t.Fatal(err)
	}
	v.config.QPS = -1
	if v.client, err = kubernetes.NewForConfig(v.config); err != nil {
		t.Fatal(err)
	}
	if v.daemon, err = v.daemonNow(); err != nil {
		t.Fatal(err)
	}
	return v
}

func copyFile(from, to string) error {
	if os.Link(from, to) == nil {
		return nil
	}
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o700)
}

// record is what the suite reads of run.json.
type record struct {
	PID      int `json:"pid"`
	NodesPID int `json:"nodesPID"`
}

func (v *victim) record() (record, error) {
	var r record
	data, err := os.ReadFile(filepath.Join(v.home, "sandbox", "run.json"))
	if err == nil {
		err = json.Unmarshal(data, &r)
	}
	return r, err
}

func (v *victim) daemonNow() (process, error) {
	r, err := v.record()
	if err != nil {
		return process{}, err
	}
	p := process{pid: r.PID}
	if runtime.GOOS == "linux" {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", r.PID))
		if err != nil {
			return p, err
		}
		const startTime = 22 - 3 // proc(5) counts from 1, and the name may hold spaces
		_, fields, _ := strings.Cut(string(stat), ") ")
		p.started = strings.Fields(fields)[startTime]
	}
	return p, nil
}

// nodesPID is the process of the nodes, 0 while it starts again.
func (v *victim) nodesPID(t *testing.T) int {
	t.Helper()
	r, err := v.record()
	if err != nil {
		t.Fatal(err)
	}
	return r.NodesPID
}

// awaitNodes returns the process of the nodes once they take pods.
func (v *victim) awaitNodes(t *testing.T) (pid int) {
	t.Helper()
	patience.Until(t, "the nodes to be back", func() bool {
		pid = v.nodesPID(t)
		_, err := v.debug(t.Context(), "goroutine?debug=1")
		return pid != 0 && err == nil
	}, nil)
	return pid
}

// exec runs a command in a pod as kubectl exec does.
func (v *victim) exec(ctx context.Context, pod string, command []string, stdin []byte, out io.Writer) error {
	opts := &corev1.PodExecOptions{Container: "c", Command: command, Stdout: true, Stderr: true, Stdin: stdin != nil}
	url := v.client.CoreV1().RESTClient().Post().Resource("pods").Namespace(metav1.NamespaceDefault).Name(pod).
		SubResource("exec").VersionedParams(opts, scheme.ParameterCodec).URL()
	e, err := remotecommand.NewWebSocketExecutor(v.config, "GET", url.String())
	if err != nil {
		return err
	}
	streams := remotecommand.StreamOptions{Stdout: out, Stderr: out}
	if stdin != nil {
		streams.Stdin = bytes.NewReader(stdin)
	}
	return e.StreamWithContext(ctx, streams)
}

// debug reads a profile of the nodes' process, as one reads a kubelet's.
func (v *victim) debug(ctx context.Context, profile string) ([]byte, error) {
	name, query, _ := strings.Cut(profile, "?")
	r := v.client.CoreV1().RESTClient().Get().Resource("nodes").Name(nodeName).SubResource("proxy").Suffix("debug", "pprof", name)
	for pair := range strings.SplitSeq(query, "&") {
		key, value, _ := strings.Cut(pair, "=")
		r = r.Param(key, value)
	}
	return r.DoRaw(ctx)
}

// holdings are what the sandbox takes of the machine.
type holdings struct {
	goroutines, heap, disk int64
}

// holds measures the nodes' process after a garbage collection, and their files.
func (v *victim) holds(ctx context.Context) (holdings, error) {
	var h holdings
	all, err := v.debug(ctx, "goroutine?debug=1")
	if err != nil {
		return h, err
	}
	if _, err := fmt.Sscanf(string(all), "goroutine profile: total %d", &h.goroutines); err != nil {
		return h, err
	}
	heap, err := v.debug(ctx, "heap?debug=1&gc=1")
	if err != nil {
		return h, err
	}
	lines := bufio.NewScanner(bytes.NewReader(heap))
	for lines.Scan() {
		if _, err := fmt.Sscanf(lines.Text(), "# HeapAlloc = %d", &h.heap); err == nil {
			break
		}
	}
	if h.heap == 0 {
		return h, errors.New("the profile does not say how large the heap is")
	}
	h.disk = size(filepath.Join(v.home, "sandbox", "nodes"))
	return h, nil
}

// size adds up the files of a folder; files that disappear in the meantime
// count nothing.
func size(dir string) (sum int64) {
	const block = 4 << 10 // what each takes at the least
	_ = filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil {
			return nil //nolint:nilerr // see above
		}
		if info, err := e.Info(); err == nil {
			sum += info.Size() + block
		}
		return nil
	})
	return sum
}

// resident is the memory of both processes together, 0 if unknown.
func (v *victim) resident(t *testing.T) int64 {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), v.program, "status", "-o", "json").Output()
	if err != nil {
		t.Fatal(err)
	}
	var s struct{ ResidentBytes int64 }
	if err := json.Unmarshal(out, &s); err != nil {
		t.Fatal(err)
	}
	return s.ResidentBytes
}

// tolerance is how much more there may be afterwards than there was before: a
// tenth, and what comes and goes by itself.
func (h holdings) within(before holdings) error {
	const (
		someGoroutines = 40
		someHeap       = 12 << 20
		someDisk       = 1 << 20
	)
	var err error
	check := func(what string, now, was, some int64) {
		if larger(now, was, some) {
			err = errors.Join(err, fmt.Errorf("%d %s, %d before", now, what, was))
		}
	}
	check("goroutines", h.goroutines, before.goroutines, someGoroutines)
	check("bytes of memory", h.heap, before.heap, someHeap)
	check("bytes of files", h.disk, before.disk, someDisk)
	return err
}
