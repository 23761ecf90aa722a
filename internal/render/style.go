// Package render turns lessons and results into text for a terminal: Markdown,
// check reports and the live line. Colour only repeats what words say, so that
// nothing is lost where there is none.
package render

import "strings"

// Style says what the place can show.
type Style struct {
	// Color allows escape codes.
	Color bool
	// Width is where lines are broken, in columns; 0 means 80.
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
	blue   = "34"
	cyan   = "36"
)

// paint wraps text in escape codes where the place can show them.
func (s Style) paint(text string, codes ...string) string {
	if !s.Color || len(codes) == 0 || text == "" {
		return text
	}
	return "\x1b[" + strings.Join(codes, ";") + "m" + text + "\x1b[0m"
}

// Bold returns text that stands out.
func (s Style) Bold(text string) string { return s.paint(text, bold) }

// Dim returns text that stands back.
func (s Style) Dim(text string) string { return s.paint(text, dim) }

// Command returns a command line as it would be typed.
func (s Style) Command(text string) string { return s.paint(text, bold, cyan) }

// Error returns the word that begins an error.
func (s Style) Error(text string) string { return s.paint(text, bold, red) }

// Good returns text about something that is as it should be.
func (s Style) Good(text string) string { return s.paint(text, bold, green) }
