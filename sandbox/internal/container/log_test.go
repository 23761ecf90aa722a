package container

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	internalapi "k8s.io/cri-api/pkg/apis"
	runtimeapi "k8s.io/cri-api/pkg/apis/runtime/v1"
	crilogs "k8s.io/cri-client/pkg/logs"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
)

// running is a runtime whose container runs until the test ends it.
type running struct {
	internalapi.RuntimeService
	ended chan struct{}
}

func (r running) ContainerStatus(context.Context, string, bool) (*runtimeapi.ContainerStatusResponse, error) {
	state := runtimeapi.ContainerState_CONTAINER_RUNNING
	select {
	case <-r.ended:
		state = runtimeapi.ContainerState_CONTAINER_EXITED
	default:
	}
	return &runtimeapi.ContainerStatusResponse{Status: &runtimeapi.ContainerStatus{State: state}}, nil
}

// shared is a buffer for two goroutines.
type shared struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (s *shared) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buf.Write(p)
}

func (s *shared) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buf.String()
}

func TestLogRotation(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.log")
	log, err := NewLog(path)
	if err != nil {
		t.Fatal(err)
	}
	log.most, log.pause = 1000, 0
	out := log.Stream("stdout")
	runtime := running{ended: make(chan struct{})}
	followed := &shared{}
	done := make(chan error, 1)
	go func() {
		done <- crilogs.ReadLogs(t.Context(), path, "id", &crilogs.LogOptions{Follow: true}, runtime, followed, followed)
	}()
	var want strings.Builder
	for i := range 200 {
		line := fmt.Sprintf("line %d of a log that is set aside several times\n", i)
		want.WriteString(line)
		if _, err := out.Write([]byte(line)); err != nil {
			t.Fatal(err)
		}
		// Followers are never more than a file behind, because real programs print
		// slower.
		patience.Until(t, fmt.Sprintf("the follower to have line %d", i), func() bool { return followed.String() == want.String() }, followed.String)
	}
	close(runtime.ended)
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	if err := patience.Receive(t, "the follower to end with the container", done); err != nil {
		t.Errorf("following: %v", err)
	}
	files, err := filepath.Glob(path + "*")
	if err != nil || len(files) != logFiles {
		t.Errorf("%d files %q, want %d", len(files), files, logFiles)
	}
	for _, f := range files {
		if info, err := os.Stat(f); err != nil || info.Size() > 1200 {
			t.Errorf("%s: %v bytes, error %v", f, info.Size(), err)
		}
	}
}

// Following a log does not wait for its program: a burst of lines is not
// rotated away from the follower.
func TestLogOfABurstIsFollowedWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.log")
	log, err := NewLog(path)
	if err != nil {
		t.Fatal(err)
	}
	log.most = 20_000
	out := log.Stream("stdout")
	var want strings.Builder
	print := func(lines int) {
		for range lines {
			line := fmt.Sprintf("line %d of a burst\n", want.Len())
			want.WriteString(line)
			if _, err := out.Write([]byte(line)); err != nil {
				t.Fatal(err)
			}
		}
	}
	print(10)
	runtime := running{ended: make(chan struct{})}
	followed := &shared{}
	done := make(chan error, 1)
	go func() {
		done <- crilogs.ReadLogs(t.Context(), path, "id", &crilogs.LogOptions{Follow: true}, runtime, followed, followed)
	}()
	patience.Until(t, "the follower to have begun", func() bool { return followed.String() == want.String() }, followed.String)
	print(1000) // three times the size of a file
	log.aged = log.aged.Add(-logPause)
	print(1000) // the first line sets the file aside
	patience.Until(t, "the follower to have all lines", func() bool { return followed.String() == want.String() }, nil)
	close(runtime.ended)
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	if err := patience.Receive(t, "the follower to end", done); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(path + ".1"); err != nil {
		t.Errorf("no file was set aside: %v", err)
	}
}

// A log that cannot be set aside goes on in its file.
func TestLogThatCannotBeSetAside(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.log")
	for i := 1; i < logFiles; i++ {
		if err := os.MkdirAll(filepath.Join(fmt.Sprintf("%s.%d", path, i), "in the way"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	log, err := NewLog(path)
	if err != nil {
		t.Fatal(err)
	}
	log.most, log.pause = 100, 0
	out := log.Stream("stdout")
	for i := range 20 {
		if _, err := fmt.Fprintf(out, "line %d\n", i); err != nil {
			t.Fatal(err)
		}
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil || strings.Count(string(data), "\n") != 20 {
		t.Errorf("%q, error %v: want 20 lines", data, err)
	}
	if _, err := fmt.Fprintln(out, "late"); err != nil {
		t.Error(err)
	}
	if again, err := os.ReadFile(path); err != nil || string(again) != string(data) {
		t.Errorf("a closed log grows: %q, error %v", again, err)
	}
}
