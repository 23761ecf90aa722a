// Package program is the process that a command runs in: its command line, environment,
// language and streams. Code that needs one of these gets a *Program; nothing else asks
// the process.
package program

import (
	"slices"
	"strings"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-learn/kubectl-learn/internal/home"
	"github.com/kubectl-learn/kubectl-learn/internal/proxy"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// Program is the process that the command line runs in.
type Program struct {
	// Args is the command line, the program's name first.
	Args []string
	Env  []string
	// Executable is this program's own file.
	Executable string
	// PodFolder is where a pod finds the credentials of its service account.
	PodFolder string
	// IOStreams are what it reads and writes; they are files if there is a terminal.
	genericiooptions.IOStreams
	// LangFlag is what --lang says.
	LangFlag string
}

// Getenv returns the value of an environment variable, "" where it is not set.
func (p *Program) Getenv(name string) string {
	for _, v := range slices.Backward(p.Env) {
		if value, ok := strings.CutPrefix(v, name+"="); ok {
			return value
		}
	}
	return ""
}

// Lang is the language of --lang, or else of the environment.
func (p *Program) Lang() lang.Lang {
	if l, ok := lang.Parse(p.LangFlag); ok {
		return l
	}
	return lang.FromEnv(p.Getenv, home.LangEnv)
}

// ChildEnv is the environment of programs that this one starts. They use its language,
// and no proxy for this machine or for hosts.
func (p *Program) ChildEnv(hosts ...string) []string {
	return append(slices.Clone(proxy.Spare(p.Env, hosts...)), home.LangEnv+"="+string(p.Lang()))
}

// Home is the folder for all files.
func (p *Program) Home() (home.Dir, error) { return home.Find(p.Getenv) }
