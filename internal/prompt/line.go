package prompt

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/muesli/cancelreader"
	"golang.org/x/term"
)

// Terminal reads the learner's lines and keys. Between two calls the terminal is in its
// original state, so that a command can use it.
type Terminal struct {
	in     *os.File
	out    *os.File
	editor *term.Terminal
	source *source
}

// NewTerminal returns a Terminal on the program's own streams.
func NewTerminal(in, out *os.File) *Terminal {
	s := &source{}
	t := &Terminal{in: in, out: out, source: s, editor: term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{s, out}, "")}
	t.editor.AutoCompleteCallback = s.typed
	return t
}

// Line asks for a line after prompt, with earlier lines on the arrow keys. It returns
// an empty line only if the learner entered one: those inside a paste, or typed before
// the question, don't count. Ctrl-C clears a partly typed line. Line fails with
// ErrInterrupted on Ctrl-C or Ctrl-D on an empty line, and when ctx is done.
func (t *Terminal) Line(ctx context.Context, prompt string) (string, error) {
	var line string
	err := t.raw(ctx, func(in io.Reader) (err error) {
		if err := t.source.ask(in, func() bool { return pending(t.in) }); err != nil {
			return err
		}
		if w, h, err := term.GetSize(int(t.out.Fd())); err == nil && w > 0 {
			_ = t.editor.SetSize(w, h) // a wrong size only misplaces the cursor
		}
		t.editor.SetPrompt(prompt)
		t.editor.SetBracketedPasteMode(true)
		defer t.editor.SetBracketedPasteMode(false)
		line, err = t.own()
		return err
	})
	if errors.Is(err, io.EOF) || errors.Is(err, cancelreader.ErrCanceled) {
		return "", ErrInterrupted
	}
	return line, err
}

// own reads lines until it gets one that the learner meant.
func (t *Terminal) own() (string, error) {
	for {
		line, err := t.editor.ReadLine()
		if err != nil || strings.TrimSpace(line) != "" || !t.source.early {
			return line, err
		}
	}
}

// Key waits for any key. It fails with ErrInterrupted on Ctrl-C and with ctx's error if
// ctx is done first. If the key is a letter, the next Line begins with it.
func (t *Terminal) Key(ctx context.Context) error {
	err := t.raw(ctx, t.source.key)
	if errors.Is(err, cancelreader.ErrCanceled) {
		return context.Cause(ctx)
	}
	return err
}

// raw gives read a reader that ends when ctx does, with the terminal in raw mode.
func (t *Terminal) raw(ctx context.Context, read func(io.Reader) error) error {
	in, err := cancelreader.NewReader(t.in)
	if err != nil {
		return err
	}
	defer in.Close()
	state, err := term.MakeRaw(int(t.in.Fd()))
	if err != nil {
		return err
	}
	defer term.Restore(int(t.in.Fd()), state) //nolint:errcheck // nothing else can be done
	stop := context.AfterFunc(ctx, func() { in.Cancel() })
	defer stop()
	return read(in)
}
