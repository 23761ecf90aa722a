package tty

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadLine(t *testing.T) {
	for _, tt := range []struct {
		keys, line, shown string
		err               error
	}{
		{keys: "ls\r", line: "ls", shown: "$ ls\r\n"},
		{keys: "ls\r\n", line: "ls", shown: "$ ls\r\n"},
		{keys: "lz\x7fs\n", line: "ls", shown: "$ lz\b \bs\r\n"},
		{keys: "\x7fa\r", line: "a", shown: "$ a\r\n"},
		{keys: "中\x08文\r", line: "文", shown: "$ 中\b \b文\r\n"},
		{keys: "a\x1b[A\x1bOBb\x1b[3~\r", line: "ab", shown: "$ ab\r\n"},
		{keys: "a\tb\r", line: "ab", shown: "$ ab\r\n"},
		{keys: "abc\x03", line: "abc", shown: "$ abc^C\r\n", err: ErrInterrupt},
		{keys: "\x04", shown: "$ ", err: io.EOF},
		{keys: "a\x04\r", line: "a", shown: "$ a\r\n"},
		{keys: "", shown: "$ ", err: io.EOF},
	} {
		var out bytes.Buffer
		got, err := New(t.Context(), strings.NewReader(tt.keys), &out).ReadLine(t.Context(), "$ ")
		if diff := cmp.Diff([]string{tt.line, tt.shown}, []string{got, out.String()}); diff != "" || !errors.Is(err, tt.err) {
			t.Errorf("%q: error %v (-want +got):\n%s", tt.keys, err, diff)
		}
	}
}

func TestNestedTerminalDoesNotEchoAgain(t *testing.T) {
	var out bytes.Buffer
	q := NewQueue()
	q.Add([]byte("incr v\n"))
	line, err := New(t.Context(), q, &out).ReadLine(t.Context(), "> ")
	if line != "incr v" || err != nil || out.String() != "> " {
		t.Errorf("line %q, error %v, shown %q", line, err, out.String())
	}
	q.End()
}

func TestNewlines(t *testing.T) {
	var out bytes.Buffer
	w := Newlines(&out)
	for _, text := range []string{"a\n", "b\r", "\nc\r\n", "\n"} {
		if n, err := io.WriteString(w, text); n != len(text) || err != nil {
			t.Errorf("WriteString(%q) = %d, %v", text, n, err)
		}
	}
	if got, want := out.String(), "a\r\nb\r\nc\r\n\r\n"; got != want {
		t.Errorf("output = %q, want %q", got, want)
	}
}
