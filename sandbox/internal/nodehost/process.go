package nodehost

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/node"
)

// run starts the process once and waits until it ends.
func (h *Host) run(ctx context.Context) (Crash, error) {
	tmp := filepath.Join(h.cfg.Dir, "tmp")
	if err := errors.Join(os.RemoveAll(tmp), os.MkdirAll(tmp, 0o700)); err != nil {
		return Crash{}, fmt.Errorf("failed to make the nodes' folder: %w", err)
	}
	//nolint:noctx // It is told to stop before it is killed.
	cmd := exec.Command(ownProgram(h.cfg.Program), Command)
	cmd.Args[0] = h.cfg.Program // what process lists show
	cmd.Dir = h.cfg.Dir
	cmd.Env = childEnv(os.Getenv, tmp)
	last := newTrace(h.cfg.Output)
	cmd.Stderr = last
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return Crash{}, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return Crash{}, err
	}
	if err := cmd.Start(); err != nil {
		return Crash{}, fmt.Errorf("failed to start the nodes' process: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { h.stop(stdin, cmd.Process) })
	defer stop()
	h.begin(stdin)
	watched, unwatch := context.WithCancel(ctx)
	go h.watch(watched, cmd.Process)
	h.follow(cmd.Process.Pid, bufio.NewReader(stdout))
	err = cmd.Wait()
	unwatch()
	if h.end() {
		return hangs(), nil
	}
	return crashOf(err, last.text()), nil
}

// childEnv is the process's environment: nothing about the learner.
func childEnv(getenv func(string) string, tmp string) []string {
	env := []string{
		"TMPDIR=" + tmp, "TMP=" + tmp, "TEMP=" + tmp,
		// A crash names the container of the goroutine; see container.Labels.
		"GODEBUG=tracebacklabels=1", "GOTRACEBACK=single",
	}
	for _, name := range []string{"TZ", "SystemRoot"} {
		if v := getenv(name); v != "" {
			env = append(env, name+"="+v)
		}
	}
	return env
}

// stop asks the process to end, and kills it if it doesn't.
func (h *Host) stop(stdin io.Closer, p *os.Process) {
	h.mu.Lock()
	h.tell(order{Stop: true})
	h.mu.Unlock()
	select {
	case <-h.off:
	case <-time.After(stopPatience):
		_ = p.Kill() // it may have ended just now
	}
	_ = stdin.Close()
}

// begin sends a new process the current orders.
func (h *Host) begin(stdin io.Writer) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.orders, h.pinged, h.hung, h.heaviest = json.NewEncoder(stdin), false, false, node.Load{}
	if h.boot != nil {
		h.boot.Held = h.held.now(time.Now())
		h.tell(order{Boot: h.boot})
		if h.wanted != nil {
			h.tell(order{Want: h.wanted})
		}
	}
}

// end forgets a process, and reports whether it was killed because it did not
// answer.
func (h *Host) end() (hung bool) {
	h.mu.Lock()
	h.orders, hung = nil, h.hung
	if h.link != "" {
		h.link, h.linked = "", make(chan struct{})
	}
	uses := h.uses
	h.uses = nil
	h.mu.Unlock()
	for _, done := range uses {
		done()
	}
	h.cfg.Ingress(0)
	h.cfg.Process(0, Confinement{})
	return hung
}

// follow handles the process's reports until it ends.
func (h *Host) follow(pid int, from io.Reader) {
	reports := json.NewDecoder(from)
	for {
		var r report
		if reports.Decode(&r) != nil {
			return
		}
		switch {
		case r.Link != "":
			h.mu.Lock()
			h.link = r.Link
			close(h.linked)
			h.mu.Unlock()
		case r.Nodes != nil:
			h.cfg.Nodes(r.Nodes)
		case r.Ready:
			h.isUp = true
			h.readyOnce.Do(func() { close(h.ready) })
		case r.Ingress != nil:
			h.cfg.Ingress(*r.Ingress)
		case r.Confined != nil:
			h.cfg.Process(pid, *r.Confined)
		case r.Heaviest != nil:
			h.mu.Lock()
			h.heaviest = *r.Heaviest
			h.mu.Unlock()
		case r.Alive:
			h.mu.Lock()
			h.pinged = false
			h.mu.Unlock()
		default:
			h.used(r.Use)
		}
	}
}

// used counts uses of the cluster from outside.
func (h *Host) used(change int) {
	if change > 0 {
		done := h.cfg.Use()
		h.mu.Lock()
		h.uses = append(h.uses, done)
		h.mu.Unlock()
		return
	}
	h.mu.Lock()
	var done func()
	if n := len(h.uses); n > 0 {
		done, h.uses = h.uses[n-1], h.uses[:n-1]
	}
	h.mu.Unlock()
	if done != nil {
		done()
	}
}
