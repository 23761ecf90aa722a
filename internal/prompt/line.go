package prompt

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/muesli/cancelreader"
	"golang.org/x/term"
)

// ctrlC is what a terminal in raw mode sends for it.
const ctrlC = 3

// Terminal reads the learner's lines and keys. Between two calls the terminal
// is as it was found, so that a command may use it.
type Terminal struct {
	in      *os.File
	out     *os.File
	history *term.Terminal
	source  *source
}

// NewTerminal returns a Terminal on the program's own streams.
func NewTerminal(in, out *os.File) *Terminal {
	s := &source{}
	return &Terminal{in: in, out: out, source: s, history: term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{s, out}, "")}
}

// source hands the line editor whatever is open at the moment.
type source struct {
	io.Reader
	interrupted bool
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	for _, b := range p[:n] {
		s.interrupted = s.interrupted || b == ctrlC
	}
	return n, err
}

// Line asks for a line behind prompt, with the arrow keys for what was typed
// before. It fails with ErrInterrupted on Ctrl-C, Ctrl-D or when ctx is done.
func (t *Terminal) Line(ctx context.Context, prompt string) (string, error) {
	var line string
	err := t.raw(ctx, func(in io.Reader) (err error) {
		t.source.Reader, t.source.interrupted = in, false
		if w, h, err := term.GetSize(int(t.out.Fd())); err == nil && w > 0 {
			_ = t.history.SetSize(w, h) // a wrong size only misplaces the cursor
		}
		t.history.SetPrompt(prompt)
		line, err = t.history.ReadLine()
		return err
	})
	if errors.Is(err, term.ErrPasteIndicator) {
		err = nil
	}
	if errors.Is(err, io.EOF) || errors.Is(err, cancelreader.ErrCanceled) {
		return "", ErrInterrupted
	}
	return line, err
}

// Key waits for any key. It fails with ErrInterrupted on Ctrl-C and with
// ctx's error when ctx is done first.
func (t *Terminal) Key(ctx context.Context) error {
	return t.raw(ctx, func(in io.Reader) error {
		key := make([]byte, 16)
		n, err := in.Read(key)
		switch {
		case errors.Is(err, cancelreader.ErrCanceled):
			return context.Cause(ctx)
		case err != nil:
			return err
		case n > 0 && key[0] == ctrlC:
			return ErrInterrupted
		}
		return nil
	})
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
