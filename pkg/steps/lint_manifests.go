package steps

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/kubectl-learn/kubectl-learn/pkg/nearest"
)

// lintManifests checks a lesson against its manifests.
func (c *Catalog) lintManifests(l *Lesson) []Problem {
	files, err := c.manifestTree(l.ID)
	if err != nil {
		return problems(l.File, err)
	}
	f := &faults{file: l.File}
	used, variables := map[string]bool{}, map[string]bool{}
	for _, s := range l.Steps {
		for _, a := range s.Actions() {
			if a.Kind == Apply {
				used[a.Manifest], used[a.Source] = true, true
				c.lintApply(l.ID, a, files, f)
			}
		}
	}
	var all []Problem
	var names []string
	for _, file := range files {
		fileFaults := &faults{file: "manifests/" + l.ID + "/" + file}
		names = append(names, c.lintObjects(l, file, variables, fileFaults)...)
		if !used[file] {
			fileFaults.add(0, "no step of %s applies the manifest", l.File)
		}
		all = append(all, problems(fileFaults.file, fileFaults.err())...)
	}
	lintUnused(l, variables, f)
	return slices.Concat(problems(l.File, f.err()), all, lintNames(l, names))
}

// lintApply checks that an action's files exist and that its fence shows them as
// they are.
func (c *Catalog) lintApply(lesson string, a Action, files []string, f *faults) {
	for _, file := range slices.Compact([]string{a.Manifest, a.Source}) {
		if !slices.Contains(files, file) {
			f.add(a.Line, "there is no manifest %q%s", file, nearest.Hint(file, files))
			return
		}
	}
	data, err := fs.ReadFile(c.manifests, lesson+"/"+a.Source)
	if err != nil {
		f.add(a.Line, "failed to read the manifest: %v", err)
		return
	}
	if line := strayLine(a.Body, string(data)); line != "" {
		f.add(a.Line, "the fence isn't a contiguous part of manifests/%s/%s: it differs at %q", lesson, a.Source, line)
	}
}

// strayLine returns "" when whole contains part, line by line, else the first
// line where the best match ends.
func strayLine(part, whole string) string {
	wanted := strings.Split(part, "\n")
	have := strings.Split(strings.ReplaceAll(whole, "\r\n", "\n"), "\n")
	best := 0
	for i := range have {
		n := 0
		for n < len(wanted) && i+n < len(have) && wanted[n] == have[i+n] {
			n++
		}
		if n == len(wanted) {
			return ""
		}
		best = max(best, n)
	}
	return wanted[best]
}

// lintObjects checks that a manifest holds Kubernetes objects and returns their
// names. It notes the variables that it contains.
func (c *Catalog) lintObjects(l *Lesson, file string, variables map[string]bool, f *faults) []string {
	data, err := fs.ReadFile(c.manifests, l.ID+"/"+file)
	if err != nil {
		f.add(0, "failed to read the manifest: %v", err)
		return nil
	}
	lintVariables(l, data, variables, f)
	var names []string
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	for i := 1; ; i++ {
		var object struct {
			APIVersion string `yaml:"apiVersion"`
			Kind       string `yaml:"kind"`
			Metadata   struct {
				Name string `yaml:"name"`
			} `yaml:"metadata"`
		}
		err := decoder.Decode(&object)
		if errors.Is(err, io.EOF) && i > 1 {
			return names
		}
		if err != nil {
			f.add(1, "not YAML: object %d: %v", i, err)
			return names
		}
		if object.APIVersion == "" || object.Kind == "" || object.Metadata.Name == "" {
			f.add(0, "object %d needs apiVersion, kind and metadata.name", i)
		}
		names = append(names, object.Metadata.Name)
	}
}

// lintNames reports checks on objects that neither a manifest nor a command of
// the lesson names: nobody makes them.
func lintNames(l *Lesson, made []string) []Problem {
	f := &faults{file: l.File}
	var commands strings.Builder
	for _, s := range l.Steps {
		for _, a := range s.Actions() {
			commands.WriteString(a.Command + "\n")
		}
	}
	for _, s := range l.Steps {
		for _, check := range s.Checks() {
			name := check.Requires()
			if name != "" && !slices.Contains(made, name) && !strings.Contains(commands.String(), name) {
				f.add(check.At.Line, "check %q looks at %q, which no manifest or command in the lesson creates%s", check.ID, name, nearest.Hint(name, made))
			}
		}
	}
	return problems(l.File, f.err())
}
