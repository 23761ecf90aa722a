package redis

import (
	"fmt"
	"io"
	"time"
)

// logger writes lines as Redis does: "1:M 21 Nov 2026 03:00:00.123 * Ready".
type logger struct {
	out io.Writer
	now func() time.Time
}

// line ignores errors of a stream that has no reader any more.
func (l logger) line(role, level rune, text string) {
	_, _ = fmt.Fprintf(l.out, "1:%c %s %c %s\n", role, l.now().UTC().Format("02 Jan 2006 15:04:05.000"), level, text)
}
