// Package guide connects a lesson with the learner: it shows the lesson on a terminal
// or in a log, and reads what the learner wants to do.
package guide

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/kubectl-learn/kubectl-learn/internal/render"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// Screen shows a lesson.
type Screen struct {
	// Out is where the lesson is shown.
	Out   io.Writer
	Style render.Style
	Lang  lang.Lang
	// Terminal says whether Out is a terminal, where a line can be overwritten.
	Terminal bool

	live *liveLine
	// writing serializes what the lesson writes with what is written at the same time:
	// the live line, and a note about a slow command.
	writing sync.Mutex
}

// Intro shows the lesson's title and what it is about.
func (s *Screen) Intro(l *steps.Lesson) {
	s.printf("%s\n\n", s.Style.Bold(l.Title))
	if l.Intro != "" {
		s.printf("%s\n", s.Style.Markdown(l.Intro))
	}
}

// Open shows a step's heading and goal.
func (s *Screen) Open(number, total int, step steps.Step) {
	head := lang.Messagef("Step %d of %d", "第 %d 步，共 %d 步", number, total).In(s.Lang)
	s.printf("\n%s\n\n", s.Style.Bold("── "+head+" · "+step.Title+" ──"))
	if step.Goal != "" {
		goal := lang.Messagef("**Goal:** %s", "**目标**：%s", lang.Same(step.Goal)).In(s.Lang)
		s.printf("%s\n", s.Style.Markdown(goal))
	}
}

// Prose shows Markdown.
func (s *Screen) Prose(markdown string) { s.printf("%s\n", s.Style.Markdown(markdown)) }

// Action shows the manifest to apply, if any, and the command.
func (s *Screen) Action(a steps.Action, done bool) {
	if done {
		s.aside(a, lang.Messagef("   (already done)", "   （之前已做）"))
		return
	}
	command := s.Style.Command("$ " + a.Command)
	if a.Kind == steps.Apply {
		s.printf("%s\n%s\n", s.Style.Dim("  "+a.Manifest+":"), s.Style.Markdown("```yaml\n"+strings.TrimRight(a.Body, "\n")+"\n```"))
	}
	s.printf("%s\n", command)
	if a.Edit != nil {
		s.printf("%s\n", s.Style.Dim(lang.Messagef(
			"  in the editor, change %s to %s: press Enter and the lesson does it, or type the command to open your own editor",
			"  在编辑器里把 %s 改成 %s；按回车替你完成这个修改，自己输入命令则打开你的编辑器",
			lang.Same(a.Edit.From), lang.Same(a.Edit.To)).In(s.Lang)))
	}
}

// Needless shows a command that no longer needs to run.
func (s *Screen) Needless(a steps.Action) {
	s.aside(a, lang.Messagef("   (no longer needed)", "   （已不需要）"))
}

func (s *Screen) aside(a steps.Action, why lang.Message) {
	s.printf("%s%s\n\n", s.Style.Command("$ "+a.Command), s.Style.Dim(why.In(s.Lang)))
}

// Output is where a command prints.
func (s *Screen) Output() io.Writer { return s.Out }

// Ran separates a command's output from what follows.
func (s *Screen) Ran() { s.printf("\n") }

// Live shows checks during a wait: on a terminal in one line that is overwritten,
// elsewhere in a new line for each change.
func (s *Screen) Live(results []checks.Result) {
	if s.live == nil {
		s.live = newLiveLine(s)
	}
	s.live.show(results)
}

// Still ends the live line.
func (s *Screen) Still() {
	if s.live != nil {
		s.live.end()
		s.live = nil
	}
}

// Results shows the results of checks.
func (s *Screen) Results(results []checks.Result) {
	s.Still()
	s.printf("\n%s\n", s.Style.Results(results, s.Lang))
}

// Question shows a quiz question with its choices.
func (s *Screen) Question(q steps.Question) {
	s.printf("%s\n", s.Style.Markdown("**"+lang.Messagef("Question", "提问").In(s.Lang)+"** "+q.Ask))
	for i, c := range q.Choices {
		s.printf("%s", s.Style.Markdown(fmt.Sprintf("%d. %s", i+1, c)))
	}
	s.printf("\n")
}

// Note shows a sentence to the learner.
func (s *Screen) Note(m lang.Message) { s.printf("%s\n", s.Style.Markdown(m.In(s.Lang))) }

// Hint shows a hint.
func (s *Screen) Hint(h steps.Hint) {
	s.printf("%s\n\n%s\n", s.Style.Bold(lang.Messagef("Hint: %s", "提示：%s", lang.Same(h.Title)).In(s.Lang)), s.Style.Markdown(h.Body))
}

func (s *Screen) printf(format string, args ...any) {
	s.writing.Lock()
	defer s.writing.Unlock()
	fmt.Fprintf(s.Out, format, args...)
}

// liveLine keeps a line up to date, with the seconds so far.
type liveLine struct {
	screen  *Screen
	started time.Time
	reports chan []checks.Result
	stop    chan struct{}
	stopped chan struct{}
}

func newLiveLine(s *Screen) *liveLine {
	l := &liveLine{screen: s, started: time.Now(), reports: make(chan []checks.Result), stop: make(chan struct{}), stopped: make(chan struct{})}
	go l.run()
	return l
}

func (l *liveLine) show(results []checks.Result) { l.reports <- results }

func (l *liveLine) end() {
	close(l.stop)
	<-l.stopped
}

func (l *liveLine) run() {
	defer close(l.stopped)
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	var last []checks.Result
	said := ""
	for {
		select {
		case <-l.stop:
			if l.screen.Terminal {
				l.screen.printf("\r\x1b[K")
			}
			return
		case last = <-l.reports:
		case <-tick.C:
		}
		seconds := int(time.Since(l.started).Seconds())
		if l.screen.Terminal {
			l.screen.printf("\r%s\x1b[K", l.screen.Style.Live(last, l.screen.Lang, seconds))
		} else if now := l.screen.Style.Live(last, l.screen.Lang, 0); reason(now) != reason(said) {
			l.screen.printf("%s\n", reason(now))
			said = now
		}
	}
}

// reason is a live line without its seconds.
func reason(line string) string { return strings.TrimSuffix(line, "  0 s") }
