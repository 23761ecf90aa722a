package compare

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// The folders of a suite, below its own.
const (
	scenarioDir   = "scenarios"
	recordedDir   = "recorded"
	differenceDir = "differences"
)

// Expectation is the expected output of a scenario.
type Expectation struct {
	// Real is what a real node printed.
	Real string
	// Sandbox is the sandbox's output where it is known to differ, else empty.
	Sandbox string
	// Why explains the difference in a sentence or two.
	Why string
}

// Want is what the sandbox must print.
func (e Expectation) Want() string {
	if e.Sandbox != "" {
		return e.Sandbox
	}
	return e.Real
}

// Scenarios is the folder of a suite's scenarios.
func Scenarios(dir string) string { return filepath.Join(dir, scenarioDir) }

// Expect reads what is recorded for a scenario. A difference is a file whose
// leading lines, each after "# ", explain it; the sandbox's output follows.
func Expect(dir, name string) (Expectation, error) {
	recorded, err := os.ReadFile(filepath.Join(dir, recordedDir, name+".txt"))
	if err != nil {
		return Expectation{}, fmt.Errorf("failed to read what a real node printed: %w", err)
	}
	e := Expectation{Real: string(recorded)}
	data, err := os.ReadFile(filepath.Join(dir, differenceDir, name+".txt"))
	if errors.Is(err, fs.ErrNotExist) {
		return e, nil
	}
	if err != nil {
		return Expectation{}, fmt.Errorf("failed to read a known difference: %w", err)
	}
	var why []string
	text := string(data)
	for strings.HasPrefix(text, "#") {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		why = append(why, strings.TrimSpace(strings.TrimPrefix(line, "#")))
	}
	e.Sandbox, e.Why = text, strings.TrimSpace(strings.Join(why, " "))
	return e, nil
}

// RecordReal records what a real node printed.
func RecordReal(dir, name, text string) error {
	return write(filepath.Join(dir, recordedDir, name+".txt"), text)
}

// RecordSandbox records the sandbox's output if it differs, and keeps the
// existing explanation; output that matches a real node needs no file.
func RecordSandbox(dir, name, text string) error {
	e, err := Expect(dir, name)
	if err != nil {
		return err
	}
	path := filepath.Join(dir, differenceDir, name+".txt")
	if text == e.Real {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("failed to remove a difference: %w", err)
		}
		return nil
	}
	return write(path, "# "+e.Why+"\n"+text)
}

func write(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("failed to make a folder: %w", err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		return fmt.Errorf("failed to record: %w", err)
	}
	return nil
}
