package compare

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// finishTime limits the wait for a command that ends by itself.
const finishTime = 20 * time.Second

// forwarded finds the local port in what port-forward prints.
var forwarded = regexp.MustCompile(`Forwarding from 127\.0\.0\.1:(\d+)`)

var errNothingStarted = errors.New("nothing was started")

// background is a kubectl that runs beside a scenario's other commands.
type background struct {
	step   step
	cmd    *exec.Cmd
	cancel context.CancelFunc
	output *output
}

// output collects what a program prints, for callers that wait for a text in
// it.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write takes what the program prints.
func (o *output) Write(data []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(data)
}

// String returns what was printed up to now.
func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

func (p *play) start(ctx context.Context, st step, args []string) error {
	ctx, cancel := context.WithCancel(ctx)
	b := &background{step: st, cmd: p.command(ctx, args), cancel: cancel, output: &output{}}
	b.cmd.Stdout, b.cmd.Stderr = b.output, b.output
	if err := b.cmd.Start(); err != nil {
		cancel()
		return fmt.Errorf("failed to start kubectl: %w", err)
	}
	p.started = b
	return nil
}

// said waits until the background command prints a text.
func (p *play) said(text string) error {
	if p.started == nil {
		return errNothingStarted
	}
	limit := time.NewTimer(commandTime)
	defer limit.Stop()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for !strings.Contains(p.started.output.String(), text) {
		select {
		case <-limit.C:
			return fmt.Errorf("%q was not said within %s", text, commandTime)
		case <-tick.C:
		}
	}
	return nil
}

// fetch gets a path from the forwarded port and records the answer.
func (p *play) fetch(ctx context.Context, st step, path string) error {
	if p.started == nil {
		return errNothingStarted
	}
	ctx, cancel := context.WithTimeout(ctx, commandTime)
	defer cancel()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	var port []string
	for port == nil {
		select {
		case <-ctx.Done():
			return fmt.Errorf("no port was forwarded:\n%s", p.started.output)
		case <-tick.C:
			port = forwarded.FindStringSubmatch(p.started.output.String())
		}
	}
	text, err := get(ctx, "http://127.0.0.1:"+port[1]+path)
	if err != nil {
		text = "failed\n"
	}
	p.record(st, text)
	return nil
}

func get(ctx context.Context, url string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", fmt.Errorf("failed to make a request: %w", err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", fmt.Errorf("failed to get %q: %w", url, err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return "", fmt.Errorf("failed to read %q: %w", url, err)
	}
	return response.Status + "\n" + string(body), nil
}

// stop waits for the background command to end, which end may cause, and
// records what it printed. How it ends does not matter.
func (p *play) stop(st step, end func(*background)) error {
	b := p.started
	if b == nil {
		return errNothingStarted
	}
	p.started = nil
	end(b)
	timer := time.AfterFunc(finishTime, b.cancel)
	defer timer.Stop()
	_ = b.cmd.Wait()
	b.cancel()
	shown := b.step
	shown.filters = st.filters
	p.record(shown, b.output.String())
	return nil
}

// cleanUp runs the scenario's cleanup commands.
func (p *play) cleanUp(ctx context.Context) {
	if p.started != nil {
		p.started.cancel()
		_ = p.started.cmd.Wait()
	}
	for _, args := range p.cleanups {
		_, _, _ = p.kubectl(ctx, args, "")
	}
}

// dropNamespace deletes the namespace without waiting for it.
func (c *Cluster) dropNamespace(ctx context.Context, name string) {
	if name == "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, commandTime)
	defer cancel()
	_ = c.client.CoreV1().Namespaces().Delete(ctx, name, metav1.DeleteOptions{})
}
