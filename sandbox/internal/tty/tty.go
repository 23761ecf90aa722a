// Package tty is a minimal terminal driver: it reads lines from raw input with
// echo, backspace, Ctrl-C and Ctrl-D, and while a command runs it passes lines
// on to that command and turns Ctrl-C into an interrupt.
package tty

import (
	"context"
	"errors"
	"io"
	"unicode/utf8"
)

// ErrInterrupt says that Ctrl-C ended a line.
var ErrInterrupt = errors.New("interrupted")

// The keys that are not text.
const (
	ctrlC         = 3
	ctrlD         = 4
	backspace     = 8
	escape        = 27
	ctrlBackslash = 28
	del           = 127
)

// Terminal is one terminal. It is used by one goroutine at a time.
type Terminal struct {
	keys    chan byte
	out     io.Writer
	afterCR bool
	line    line
	// cooked says that another terminal has already echoed the input.
	cooked bool
	// typed are whole lines that a command left unread.
	typed []string
}

// New reads from in until it ends or ctx is done, and echoes to out. Its reading
// goroutine stays until in returns, because a read cannot be canceled. From a
// Console it reads raw keys. It does not echo a Queue of another terminal again.
func New(ctx context.Context, in io.Reader, out io.Writer) *Terminal {
	if console, ok := in.(*Console); ok {
		in = console.Raw()
	}
	_, cooked := in.(*Queue)
	t := &Terminal{keys: make(chan byte), out: Newlines(out), cooked: cooked}
	go func() {
		defer close(t.keys)
		buf := make([]byte, 256)
		for {
			n, err := in.Read(buf)
			for _, key := range buf[:n] {
				select {
				case t.keys <- key:
				case <-ctx.Done():
					return
				}
			}
			if err != nil {
				return
			}
		}
	}()
	return t
}

// ReadLine shows the prompt and returns what is typed up to Enter, without it.
// The error is io.EOF for Ctrl-D on an empty line or the end of the input,
// ErrInterrupt for Ctrl-C, or that of ctx; then what was typed so far stays.
func (t *Terminal) ReadLine(ctx context.Context, prompt string) (string, error) {
	if len(t.typed) > 0 {
		text := t.typed[0]
		t.typed = t.typed[1:]
		t.echo(prompt + text + "\n")
		return text, nil
	}
	t.echo(prompt)
	if prompt != "" {
		t.echo(string(t.line.text))
	}
	for {
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case key, ok := <-t.keys:
			if !ok {
				return "", io.EOF
			}
			done, err := t.key(&t.line, key)
			if done || err != nil {
				text := string(t.line.text)
				t.line = line{}
				return text, err
			}
		}
	}
}

// Attend passes typed lines to stdin until ctx is done, and calls interrupt for
// Ctrl-C. Ctrl-D on an empty line closes stdin. Unread lines stay for the next
// ReadLine.
func (t *Terminal) Attend(ctx context.Context, stdin *Queue, interrupt func()) {
	defer func() { t.typed = append(t.typed, stdin.lines()...) }()
	for ctx.Err() == nil {
		text, err := t.ReadLine(ctx, "")
		switch {
		case err == nil:
			stdin.Add([]byte(text + "\n"))
		case errors.Is(err, ErrInterrupt):
			interrupt()
		case errors.Is(err, io.EOF):
			stdin.End()
			if t.ended() {
				return
			}
		}
	}
}

// ended reports whether there is no more input.
func (t *Terminal) ended() bool {
	select {
	case _, ok := <-t.keys:
		return !ok
	default:
		return false
	}
}

// key takes one key and reports whether it ended the line.
func (t *Terminal) key(l *line, key byte) (done bool, err error) {
	cr := t.afterCR
	t.afterCR = key == '\r'
	switch {
	case l.escaped(key):
	case key == '\n' && cr:
	case key == '\r', key == '\n':
		t.answer("\n")
		return true, nil
	case key == ctrlC:
		t.answer("^C\n")
		return true, ErrInterrupt
	case key == ctrlD && len(l.text) == 0:
		return true, io.EOF
	case key == backspace, key == del:
		if l.shorten() {
			t.answer("\b \b")
		}
	case key >= ' ':
		l.text = append(l.text, key)
		t.answer(string([]byte{key}))
	}
	return false, nil
}

// echo fails only when the terminal is gone; then the input ends too.
func (t *Terminal) echo(s string) { _, _ = io.WriteString(t.out, s) }

// answer echoes a key, unless another terminal already did.
func (t *Terminal) answer(s string) {
	if !t.cooked {
		t.echo(s)
	}
}

// line returns what was typed so far.
type line struct {
	text []byte
	esc  int
}

// escaped swallows the sequences that arrow and function keys send.
func (l *line) escaped(key byte) bool {
	switch {
	case key == escape:
		l.esc = 1
		return true
	case l.esc == 1 && (key == '[' || key == 'O'):
		l.esc = 2
		return true
	case l.esc == 2:
		if key >= '@' && key <= '~' {
			l.esc = 0
		}
		return true
	}
	l.esc = 0
	return false
}

// shorten takes off the last character.
func (l *line) shorten() bool {
	if len(l.text) == 0 {
		return false
	}
	_, size := utf8.DecodeLastRune(l.text)
	l.text = l.text[:len(l.text)-size]
	return true
}
