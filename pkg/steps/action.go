package steps

import (
	"errors"
	"io/fs"
	"strings"
)

// ActionKind is what an action does.
type ActionKind string

// The kinds of actions.
const (
	// Apply applies a manifest of the workspace.
	Apply ActionKind = "apply"
	// Run runs a command in the workspace.
	Run ActionKind = "run"
)

// Action is something that the learner does.
type Action struct {
	Kind ActionKind
	// Command is what is typed, also for Apply.
	Command string
	// Manifest is the file in the workspace that Apply applies.
	Manifest string
	// Source is the shipped file that holds what Manifest must contain when it
	// is applied. It is Manifest itself unless the step changes the file.
	Source string
	// Body is what the fence shows: the command, or the part of the manifest
	// that matters.
	Body string
	// Setup says that the lesson needs it done before the learner begins, so that
	// a challenge shows it too.
	Setup bool
	// Edit is the change that the learner makes when Command opens an editor.
	Edit *Edit
	// Output is what the command is expected to print, for MatchOutput. It is
	// empty when the lesson does not say.
	Output string
	// Line is the 1-based line of the fence.
	Line int
}

// Edit is a replacement in the text that an editor is given.
type Edit struct{ From, To string }

// newAction makes the action of an apply or run fence.
func newAction(f fence, body string, line int) (*Action, error) {
	body = strings.TrimRight(body, "\n")
	if strings.TrimSpace(body) == "" {
		return nil, errors.New("the fence is empty")
	}
	if f.kind == fenceApply {
		return newApply(f, body, line)
	}
	a := &Action{Kind: Run, Command: strings.TrimSpace(body), Body: body, Setup: f.attrs["setup"] != "", Line: line}
	if change, ok := f.attrs["edit"]; ok {
		from, to, found := strings.Cut(change, "=>")
		from, to = strings.TrimSpace(from), strings.TrimSpace(to)
		if !found || from == "" || from == to {
			return nil, errors.New(`write edit as edit="old text => new text"`)
		}
		a.Edit = &Edit{From: from, To: to}
	}
	return a, nil
}

func newApply(f fence, body string, line int) (*Action, error) {
	a := &Action{Kind: Apply, Manifest: f.attrs["apply"], Source: f.attrs["from"], Body: body, Setup: f.attrs["setup"] != "", Line: line}
	if a.Source == "" {
		a.Source = a.Manifest
	}
	if !isFile(a.Manifest) || strings.Contains(a.Manifest, "/") {
		return nil, errors.New(`apply needs a file name, as in apply=redis.yaml`)
	}
	if !isFile(a.Source) {
		return nil, errors.New(`from needs one of the lesson's manifests, as in from=later/redis.yaml`)
	}
	a.Command = "kubectl apply -f " + a.Manifest
	return a, nil
}

// isFile reports whether a name is one that a shell and a file system on every
// OS take as it is.
func isFile(name string) bool {
	return fs.ValidPath(name) && name != "." && !strings.ContainsAny(name, " \t\"'`$&|;<>(){}*?!#~\\:")
}
