package compare

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// The heads of what kubectl prints in columns: that of get and its like, and
// that of the events in describe.
var (
	getHead   = regexp.MustCompile(`^[A-Z][A-Z0-9()%_/.-]*( [A-Z]+)*(\s{2,}[A-Z][A-Z0-9()%_/.-]*( [A-Z]+)*)+\s*$`)
	eventHead = regexp.MustCompile(`^\s+Type\s+Reason\s+Age\s+From\s+Message\s*$`)
	cellHead  = regexp.MustCompile(`\S+( \S+)*`)
)

// isAge reports whether a column holds an age.
func isAge(head string) bool {
	return slices.Contains([]string{"AGE", "Age", "LAST SEEN", "FIRST SEEN", "DURATION", "LAST SCHEDULE"}, head)
}

// table is what kubectl prints in columns, cut into cells; the first row is its
// head.
type table struct {
	indent string
	events bool
	rows   [][]string
}

// header reports whether a line is the head of a table, and where its columns
// begin.
func header(line string) ([][]int, bool) {
	if !getHead.MatchString(line) && !eventHead.MatchString(line) {
		return nil, false
	}
	return cellHead.FindAllStringIndex(line, -1), true
}

// cutTable takes a table off the front of the lines.
func cutTable(lines []string) (table, []string, bool) {
	columns, ok := header(lines[0])
	if !ok {
		return table{}, lines, false
	}
	t := table{indent: lines[0][:columns[0][0]], events: eventHead.MatchString(lines[0])}
	if strings.Contains(lines[0], " REASON ") && strings.Contains(lines[0], " MESSAGE") {
		t.events = true
	}
	for i, line := range lines {
		inside := strings.HasPrefix(line, t.indent) && strings.TrimSpace(line) != "" && !strings.HasPrefix(line, "Warning: ")
		if _, another := header(line); i > 0 && (!inside || another) {
			return t, lines[i:], true
		}
		if strings.HasPrefix(strings.TrimSpace(line), "----") {
			continue
		}
		t.rows = append(t.rows, cells(line, columns))
	}
	return t, nil, true
}

// cells cuts a row where its columns begin, which kubectl counts in letters.
func cells(line string, columns [][]int) []string {
	letters := []rune(line)
	row := make([]string, len(columns))
	for i, c := range columns {
		end := len(letters)
		if i+1 < len(columns) {
			end = min(end, columns[i+1][0])
		}
		row[i] = strings.TrimSpace(string(letters[min(c[0], len(letters)):end]))
	}
	return row
}

// table masks the cells and realigns the columns.
func (m *masks) table(t table) []string {
	head := t.rows[0]
	for _, row := range t.rows[1:] {
		for i := range row {
			if isAge(head[i]) && row[i] != "" && !strings.HasPrefix(row[i], "<") {
				row[i] = "<age>"
			}
			row[i] = m.line(squeeze(row[i]))
		}
	}
	if t.events {
		t.rows = inOrder(t.rows)
	}
	return t.lines()
}

// lines sets the rows with three blanks between columns, as kubectl does.
func (t table) lines() []string {
	widths := make([]int, len(t.rows[0]))
	for _, row := range t.rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	lines := make([]string, 0, len(t.rows))
	for _, row := range t.rows {
		var line strings.Builder
		line.WriteString(t.indent)
		for i, cell := range row {
			line.WriteString(cell + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)+3))
		}
		lines = append(lines, strings.TrimRight(line.String(), " "))
	}
	return lines
}
