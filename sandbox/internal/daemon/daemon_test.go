package daemon

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/gofrs/flock"
	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/fleet"
)

func testFolder(t *testing.T) Folder {
	t.Helper()
	f := Folder{path: filepath.Join(t.TempDir(), "home", "sandbox")}
	if err := f.make(); err != nil {
		t.Fatal(err)
	}
	return f
}

// hold takes the daemon's lock until the test ends.
func hold(t *testing.T, f Folder) *flock.Flock {
	t.Helper()
	lock := flock.New(f.file("lock"), flock.SetPermissions(0o600))
	if got, err := lock.TryLock(); !got || err != nil {
		t.Fatalf("lock: %v, %v", got, err)
	}
	t.Cleanup(func() { _ = lock.Close() })
	return lock
}

func TestFolderIsPrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such modes")
	}
	f := testFolder(t)
	if err := os.Chmod(f.path, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := f.make(); err != nil {
		t.Fatal(err)
	}
	if info, _ := os.Stat(f.path); info.Mode().Perm() != 0o700 {
		t.Errorf("mode %v, want 0700", info.Mode())
	}
	if left, _ := os.ReadDir(f.path); len(left) > 0 {
		t.Errorf("%d files left by the probe", len(left))
	}
}

// What a daemon leaves that is killed while it writes goes with the next.
func TestSweep(t *testing.T) {
	f := testFolder(t)
	for _, name := range []string{".run.json-123", ".kubeconfig-4", "kubeconfig", "mine-5", ".mark-6"} {
		if err := os.WriteFile(f.file(name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f.sweep()
	entries, err := os.ReadDir(f.path)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if diff := cmp.Diff([]string{".mark-6", "kubeconfig", "mine-5"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestRecord(t *testing.T) {
	f := testFolder(t)
	if got, err := f.read(); err != nil || !cmp.Equal(got, record{}) {
		t.Errorf("without a file: %+v, %v", got, err)
	}
	want := record{
		PID: 7, Port: 16443, Started: time.Unix(1e9, 0).UTC(), Version: "v1", Stage: "etcd", LostPort: 7,
		Nodes: []fleet.Node{{Name: "sandbox-1", State: fleet.Stopped}}, IdleSeconds: 1.5, LastUse: time.Unix(2e9, 0).UTC(),
	}
	if err := f.write(want); err != nil {
		t.Fatal(err)
	}
	got, err := f.read()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if err := os.WriteFile(f.file("run.json"), []byte(`{"pid": 7,`), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := f.read(); err != nil || !cmp.Equal(got, record{}) {
		t.Errorf("with half a file: %+v, %v", got, err)
	}
}

func TestHeld(t *testing.T) {
	f := testFolder(t)
	check := func(want bool) {
		t.Helper()
		if got, err := f.held(); got != want || err != nil {
			t.Errorf("held %v, %v, want %v", got, err, want)
		}
	}
	check(false)
	lock := hold(t, f)
	check(true)
	if err := lock.Unlock(); err != nil {
		t.Fatal(err)
	}
	check(false)
}

// A record may name a process that has nothing to do with the sandbox.
func TestStrangersAreLeftAlone(t *testing.T) {
	f := testFolder(t)
	if err := f.write(record{PID: os.Getpid(), Port: 1, Ready: true}); err != nil {
		t.Fatal(err)
	}
	if err := Down(t.Context(), f); !errors.Is(err, ErrNotRunning) {
		t.Errorf("down with a free lock: %v", err) // and this process lives
	}
	if runtime.GOOS != "linux" {
		return
	}
	hold(t, f)
	if s, err := Look(f); err != nil || s.PID != os.Getpid() || !s.Ready {
		t.Errorf("own lock: %+v, %v", s, err)
	}
	if err := f.write(record{PID: os.Getppid(), Port: 1, Ready: true}); err != nil {
		t.Fatal(err)
	}
	if s, err := Look(f); err != nil || !s.Running || s.PID != 0 || s.Ready {
		t.Errorf("the number of a process without the lock is trusted: %+v, %v", s, err)
	}
}

func TestListen(t *testing.T) {
	other, err := listenOn(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	taken := portOf(other)

	_, _, err = listen(t.Context(), taken, 0)
	var hinted *HintError
	want := fmt.Sprintf("port %d on 127.0.0.1 is in use by another program", taken)
	if !errors.As(err, &hinted) || err.Error() != want || len(hinted.Hints) != 1 {
		t.Errorf("wanted a taken port: %v", err)
	}

	l, lost, err := listen(t.Context(), 0, taken)
	if err != nil || portOf(l) == taken || lost != taken {
		t.Errorf("stored port is taken: %v, %d, %v", l, lost, err)
	}
	stored := portOf(l)
	l.Close()

	l, lost, err = listen(t.Context(), 0, stored)
	if err != nil || portOf(l) != stored || lost != 0 {
		t.Errorf("stored port is free: %v, %d, %v", l, lost, err)
	}
	l.Close()

	l, lost, err = listen(t.Context(), 0, 0)
	if err != nil || lost != 0 {
		t.Fatalf("first start: %d, %v", lost, err)
	}
	defer l.Close()
	if host, _, _ := net.SplitHostPort(l.Addr().String()); host != "127.0.0.1" {
		t.Errorf("listens on %s", l.Addr())
	}
}

func TestLastWords(t *testing.T) {
	tests := []struct {
		name, log string
		want      string
		wantHints []string
	}{
		{"nothing", "", "", nil},
		{"last line", "one\ntwo\n\n", "two", nil},
		{"error before noise", "one\nerror: no luck\nhint: try\nhint: again\nnoise\n", "no luck", []string{"try", "again"}},
		{"panic before its trace", "one\npanic: oh no\n\ngoroutine 1 [running]:\n", "panic: oh no", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := testFolder(t)
			const before = "error: of an earlier run\n"
			if err := os.WriteFile(f.Log(), []byte(before+tt.log), 0o600); err != nil {
				t.Fatal(err)
			}
			said, hints, told := lastWords(f, int64(len(before)))
			if said != tt.want || told != (tt.wantHints != nil) {
				t.Errorf("said %q, told %v, want %q", said, told, tt.want)
			}
			if diff := cmp.Diff(tt.wantHints, hints); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The log is in English; the daemon's record has the same in every language.
func TestDiedInEveryLanguage(t *testing.T) {
	told := &HintError{What: lang.Messagef("no luck", "运气不好"), Hints: []lang.Message{lang.Messagef("try", "试试")}}
	tests := []struct {
		name, log string
		failure   *failure
		want      lang.Message
		wantHint  string
	}{
		{"told", "error: no luck\nhint: try\n", failureOf(told), told.What, "试试"},
		{"told with more", "error: no luck; more\n", failureOf(errors.Join(told, errors.New("more"))), lang.Messagef("no luck; more", "运气不好; more"), "试试"},
		{"told, and the record is of another end", "error: bad luck\nhint: wait\n", failureOf(told), lang.Same("bad luck"), "wait"},
		{"told, and there is no record", "error: no luck\nhint: try\n", nil, lang.Same("no luck"), "try"},
		{
			"nothing", "", nil,
			lang.Messagef("the sandbox stopped while it was starting: it gave no reason", "沙箱在启动途中停止了：它没有说明原因"), "日志在 ",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := testFolder(t)
			if err := f.write(record{Failure: tt.failure}); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(f.Log(), []byte(tt.log), 0o600); err != nil {
				t.Fatal(err)
			}
			got, ok := errors.AsType[*HintError](died(f, nil, record{}))
			if !ok || len(got.Hints) != 1 || !strings.HasPrefix(got.Hints[0].ZH, tt.wantHint) {
				t.Fatalf("%+v", got)
			}
			if diff := cmp.Diff(tt.want, got.What); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLongLogIsPutAside(t *testing.T) {
	f := testFolder(t)
	if err := os.WriteFile(f.Log(), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(f.Log(), maxLog+1); err != nil {
		t.Fatal(err)
	}
	log, err := openLog(f)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	if info, _ := log.Stat(); info.Size() != 0 {
		t.Errorf("the new log has %d bytes", info.Size())
	}
	if info, err := os.Stat(f.Log() + ".old"); err != nil || info.Size() != maxLog+1 {
		t.Errorf("the old log: %v", err)
	}
}

func TestResetRefusesNothingAndKeepsStrangers(t *testing.T) {
	f := testFolder(t)
	for _, name := range []string{"mine", "kubeconfig"} {
		if err := os.WriteFile(f.file(name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := Reset(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(f.file("mine")); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(f.Kubeconfig()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("kubeconfig: %v", err)
	}
	absent := Folder{path: filepath.Join(t.TempDir(), "absent")}
	if err := Reset(t.Context(), absent); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(absent.path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("reset made a folder: %v", err)
	}
}
