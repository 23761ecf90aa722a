package compare

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
)

// Scenario is one small thing to try on a cluster.
type Scenario struct {
	// Name is that of its file, without the extension.
	Name string
	// Shows is the sentence that its leading comment begins with.
	Shows string
	// steps are the lines of its script.
	steps []step
	// files are the manifests and other files beside the script.
	files []txtar.File
}

// step is one line of a script.
type step struct {
	line  int
	text  string
	verb  string
	args  []string
	stdin string
	// filters are the words after each "|".
	filters [][]string
}

// Load reads the scenarios of a folder whose names match a pattern, in the
// order of their names.
func Load(dir string, match *regexp.Regexp) ([]Scenario, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil {
		return nil, fmt.Errorf("failed to list scenarios: %w", err)
	}
	var scenarios []Scenario
	var faults []error
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".txtar")
		if !match.MatchString(name) {
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("failed to read scenario: %w", err)
		}
		s, err := parse(name, data)
		if err != nil {
			faults = append(faults, err)
		}
		scenarios = append(scenarios, s)
	}
	return scenarios, errors.Join(faults...)
}

func parse(name string, data []byte) (Scenario, error) {
	archive := txtar.Parse(data)
	s := Scenario{Name: name, files: archive.Files}
	var about []string
	var faults []error
	for i, line := range strings.Split(string(archive.Comment), "\n") {
		line = strings.TrimSpace(line)
		if comment, ok := strings.CutPrefix(line, "#"); ok {
			if len(s.steps) == 0 {
				about = append(about, strings.TrimSpace(comment))
			}
			continue
		}
		if line == "" {
			continue
		}
		st, err := parseStep(i+1, line)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s.txtar:%d: %w", name, i+1, err))
		}
		s.steps = append(s.steps, st)
	}
	s.Shows = firstSentence(strings.Join(about, " "))
	if s.Shows == "" {
		faults = append(faults, fmt.Errorf("%s.txtar:1: no comment that says what it shows", name))
	}
	return s, errors.Join(faults...)
}

// firstSentence returns the text up to its first full stop before a space.
func firstSentence(text string) string {
	sentence, _, _ := strings.Cut(text, ". ")
	return strings.TrimSuffix(sentence, ".")
}
