package expr

import (
	"sync"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/functions"
	"github.com/google/cel-go/ext"
	"github.com/google/cel-go/interpreter"
	"k8s.io/apiserver/pkg/cel/library"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// Environment lists what the expressions of one kind of probe can use, by name.
type Environment struct {
	// Name identifies it: what a name means never changes.
	Name      string
	Variables map[string]*cel.Type
	// Types are those of variables that are not CEL's own, by the names of their
	// fields, so that a misspelt field is found when a check is read.
	Types map[string]map[string]*cel.Type
	// Open lists the places whose values never hold a secret, as keys with dots
	// between; * is any item. openSizes lists the lists and maps whose size says
	// nothing of one.
	Open, OpenSizes []string
	// Items says what an item of a list is called in a sentence; "one of" and the
	// list's name by default.
	Items map[string]lang.Message
}

// language compiles and plans the expressions of one kind of probe. It may be used
// by many goroutines.
type language struct {
	about Environment
	// env compiles fast; whole also keeps what is needed to write an expression out
	// again, and judges the texts in it that are patterns, durations and times.
	env, whole *cel.Env
	functions  interpreter.Dispatcher
	planner    interpreter.Interpreter
}

// languages are made when first needed and shared by the whole process: making one
// takes longer than compiling a hundred expressions, and none ever changes.
type languages struct {
	mu        sync.Mutex
	base      *cel.Env
	functions interpreter.Dispatcher
	made      map[string]*language
}

var spoken languages //nolint:gochecknoglobals // a cache of what never changes

func (l *languages) of(about Environment) (*language, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if made, ok := l.made[about.Name]; ok {
		return made, nil
	}
	if l.base == nil {
		if err := l.begin(); err != nil {
			return nil, err
		}
	}
	options := []cel.EnvOption{cel.CustomTypeProvider(recordProvider{l.base.CELTypeProvider(), about.Types})}
	for name, t := range about.Variables {
		options = append(options, cel.Variable(name, t))
	}
	env, err := l.base.Extend(options...)
	if err != nil {
		return nil, err
	}
	whole, err := env.Extend(cel.EnableMacroCallTracking(),
		cel.ASTValidators(cel.ValidateDurationLiterals(), cel.ValidateTimestampLiterals(), patternValidator{}))
	if err != nil {
		return nil, err
	}
	provider, adapter := env.CELTypeProvider(), env.CELTypeAdapter()
	attributes := interpreter.NewAttributeFactory(env.Container, adapter, provider)
	l.made[about.Name] = &language{
		about: about,
		env:   env, whole: whole, functions: l.functions,
		planner: interpreter.NewInterpreter(l.functions, env.Container, provider, adapter, attributes),
	}
	return l.made[about.Name], nil
}

// begin makes what all languages have in common.
func (l *languages) begin() error {
	base, err := baseEnvironment()
	if err != nil {
		return err
	}
	dispatcher := interpreter.NewDispatcher()
	for _, declared := range base.Functions() {
		var bindings []*functions.Overload
		if bindings, err = declared.Bindings(); err == nil {
			err = dispatcher.Add(bindings...)
		}
		if err != nil {
			return err
		}
	}
	l.base, l.functions, l.made = base, dispatcher, map[string]*language{}
	return nil
}

// baseEnvironment holds the same libraries as the API server's own expressions,
// without those for authorization.
func baseEnvironment() (*cel.Env, error) {
	return cel.NewEnv(
		cel.CrossTypeNumericComparisons(true),
		cel.DefaultUTCTimeZone(true),
		cel.OptionalTypes(),
		cel.ParserExpressionSizeLimit(maxExpression),
		ext.Strings(ext.StringsVersion(2)), ext.Lists(ext.ListsVersion(3)), ext.Sets(), ext.Math(),
		ext.TwoVarComprehensions(),
		library.Lists(), library.Regex(), library.URLs(), library.Quantity(),
		library.IP(), library.CIDR(), library.SemverLib(library.SemverVersion(1)), library.Format(),
		jsonFunction(),
	)
}
