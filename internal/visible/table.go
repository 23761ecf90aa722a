package visible

import (
	"strings"

	"github.com/mattn/go-runewidth"
)

// Width is how many columns text takes on a terminal: two for a Chinese character.
// Characters of ambiguous width are narrow on the terminals that learners have,
// whatever the locale.
func Width(text string) int { return (&runewidth.Condition{}).StringWidth(text) }

// Table aligns the cells of rows in columns, three spaces apart, one line per row. The
// last cell of a row may have any length.
func Table(rows [][]string) string {
	var widths []int
	shown := make([][]string, len(rows))
	for i, row := range rows {
		for j, cell := range row {
			cell = Line(cell)
			shown[i] = append(shown[i], cell)
			if j == len(widths) {
				widths = append(widths, 0)
			}
			widths[j] = max(widths[j], Width(cell))
		}
	}
	var b strings.Builder
	for _, row := range shown {
		var line strings.Builder
		for j, cell := range row {
			line.WriteString(cell + strings.Repeat(" ", widths[j]-Width(cell)+3))
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return b.String()
}
