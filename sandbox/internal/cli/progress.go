package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"github.com/kubectl-learn/kubectl-learn/internal/visible"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/daemon"
)

// redraw is how often the terminal line is redrawn.
const redraw = 100 * time.Millisecond

// progress shows the stages of a start: on a terminal one line that updates,
// elsewhere one line per stage. It writes no escape codes.
type progress struct {
	w       io.Writer
	live    bool
	lang    lang.Lang
	started time.Time

	mu    sync.Mutex
	name  lang.Message
	width int // of the current line, in columns
	stop  chan struct{}
	done  chan struct{}
}

func newProgress(env Environment) *progress {
	p := &progress{w: env.Err, lang: env.lang(), started: time.Now(), stop: make(chan struct{}), done: make(chan struct{})}
	if file, ok := env.Err.(*os.File); ok {
		p.live = term.IsTerminal(int(file.Fd())) && env.Getenv("TERM") != "dumb"
	}
	go p.run()
	return p
}

func (p *progress) run() {
	defer close(p.done)
	if !p.live {
		return
	}
	tick := time.NewTicker(redraw)
	defer tick.Stop()
	for {
		select {
		case <-p.stop:
			return
		case <-tick.C:
			p.mu.Lock()
			p.draw()
			p.mu.Unlock()
		}
	}
}

// stage shows that a stage has begun.
func (p *progress) stage(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.name = daemon.StageName(name)
	if p.live {
		p.draw()
		return
	}
	fmt.Fprintln(p.w, lang.Messagef("starting the sandbox: %s", "正在启动沙箱：%s", p.name).In(p.lang))
}

// draw overwrites the line with the stage and the seconds.
func (p *progress) draw() {
	if p.name.IsZero() {
		return
	}
	text := visible.Line(lang.Messagef("starting the sandbox: %s, %.1f s", "正在启动沙箱：%s，%.1f 秒", p.name, time.Since(p.started).Seconds()).In(p.lang))
	width := visible.Width(text)
	fmt.Fprintf(p.w, "\r%s%s", text, strings.Repeat(" ", max(0, p.width-width)))
	p.width = width
}

// end clears the line; after a successful start, it says how long it took.
func (p *progress) end(well bool) {
	close(p.stop)
	<-p.done
	if p.width > 0 {
		fmt.Fprintf(p.w, "\r%s\r", strings.Repeat(" ", p.width))
	}
	if well && !p.name.IsZero() {
		fmt.Fprintln(p.w, lang.Messagef("the sandbox is ready after %.1f s", "沙箱已就绪，用时 %.1f 秒", time.Since(p.started).Seconds()).In(p.lang))
	}
}
