// Package render turns lessons and results into text for a terminal: Markdown, check
// reports, tables and the live line. Color only repeats what words say, so nothing is
// lost without it. Every text is made visible before it is styled, so the only escape
// codes that leave this package are its own.
package render

import (
	"strings"

	"github.com/kubectl-learn/kubectl-learn/internal/visible"
)

// Style says what the output can show.
type Style struct {
	// Color allows escape codes.
	Color bool
	// Width is the width of lines, in columns; 0 means 80.
	Width int
}

// maxWidth keeps prose readable on a wide terminal.
const maxWidth = 90

func (s Style) columns() int {
	switch {
	case s.Width <= 0:
		return 80
	case s.Width > maxWidth:
		return maxWidth
	}
	return s.Width
}

// The styles that text may have, as SGR parameters.
const (
	bold   = "1"
	dim    = "2"
	italic = "3"
	under  = "4"
	red    = "31"
	green  = "32"
	yellow = "33"
	cyan   = "36"
)

// paint wraps text in escape codes if the output can show them. It lets no other escape
// code pass.
func (s Style) paint(text string, codes ...string) string {
	text = visible.Text(text)
	if !s.Color || len(codes) == 0 || text == "" {
		return text
	}
	return "\x1b[" + strings.Join(codes, ";") + "m" + text + "\x1b[0m"
}

// Bold returns text that stands out.
func (s Style) Bold(text string) string { return s.paint(text, bold) }

// Dim returns text that is less prominent.
func (s Style) Dim(text string) string { return s.paint(text, dim) }

// Command returns a command line as it would be typed.
func (s Style) Command(text string) string { return s.paint(text, bold, cyan) }

// Error returns the word that begins an error.
func (s Style) Error(text string) string { return s.paint(text, bold, red) }
