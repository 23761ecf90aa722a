package compare

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// checkFilters checks that every filter exists and that its pattern is valid.
func checkFilters(filters [][]string) error {
	for _, f := range filters {
		switch {
		case len(f) == 1 && f[0] == "sort":
		case len(f) == 2 && f[0] == "section":
		case len(f) == 2 && f[0] == "head":
			if _, err := strconv.Atoi(f[1]); err != nil {
				return err
			}
		case len(f) == 2 && (f[0] == "lines" || f[0] == "without" || f[0] == "only"):
			if _, err := regexp.Compile(f[1]); err != nil {
				return err
			}
		default:
			return fmt.Errorf("unknown filter %q", strings.Join(f, " "))
		}
	}
	return nil
}

// filtered passes masked text through filters: "sort" orders the lines but the
// head of a table, "lines RE" and "without RE" choose lines, "head N" the first
// ones, "only RE" keeps what matches, each text once, and "section NAME" one
// part of what describe prints.
func filtered(text string, filters [][]string) string {
	for _, f := range filters {
		lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
		switch f[0] {
		case "sort":
			first := 0
			if _, ok := header(lines[0]); ok {
				first = 1
			}
			slices.Sort(lines[first:])
		case "lines":
			pattern := regexp.MustCompile(f[1])
			lines = slices.DeleteFunc(lines, func(l string) bool { return !pattern.MatchString(l) })
		case "without":
			pattern := regexp.MustCompile(f[1])
			lines = slices.DeleteFunc(lines, pattern.MatchString)
		case "only":
			lines = matches(text, regexp.MustCompile(f[1]))
		case "head":
			n, _ := strconv.Atoi(f[1])
			lines = lines[:min(n, len(lines))]
		case "section":
			lines = section(lines, f[1])
		}
		text = ""
		if len(lines) > 0 {
			text = strings.Join(lines, "\n") + "\n"
		}
	}
	return text
}

// matches returns what a pattern finds, each text once.
func matches(text string, pattern *regexp.Regexp) []string {
	var found []string
	for _, m := range pattern.FindAllString(text, -1) {
		if !slices.Contains(found, m) {
			found = append(found, m)
		}
	}
	return found
}

// section returns the line "NAME:" and those below it that are indented deeper.
func section(lines []string, name string) []string {
	var found []string
	depth := -1
	for _, l := range lines {
		indent := len(l) - len(strings.TrimLeft(l, " "))
		if depth >= 0 && (indent > depth || strings.TrimSpace(l) == "") {
			found = append(found, l)
			continue
		}
		depth = -1
		if strings.HasPrefix(strings.TrimSpace(l), name+":") {
			depth = indent
			found = append(found, l)
		}
	}
	return found
}
