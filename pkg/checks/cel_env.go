package checks

import (
	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/ext"
	"k8s.io/apiserver/pkg/cel/library"
)

// environment is what the expressions of one kind of probe may speak of, by name.
type environment struct {
	name      string
	variables map[string]*cel.Type
}

// environments are the compiled ones, made when first needed.
type environments struct {
	base *cel.Env
	made map[string]*cel.Env
}

func (e *environments) of(c Check) (*cel.Env, error) {
	about := c.probe().environment()
	if env, ok := e.made[about.name]; ok {
		return env, nil
	}
	if e.base == nil {
		base, err := baseEnvironment()
		if err != nil {
			return nil, err
		}
		e.base = base
	}
	options := []cel.EnvOption{cel.CustomTypeProvider(recordProvider{e.base.CELTypeProvider()})}
	for name, t := range about.variables {
		options = append(options, cel.Variable(name, t))
	}
	extended, err := e.base.Extend(options...)
	if err != nil {
		return nil, err
	}
	if e.made == nil {
		e.made = map[string]*cel.Env{}
	}
	e.made[about.name] = extended
	return extended, nil
}

// baseEnvironment holds the same libraries as the API server's own expressions,
// without those that speak of authorization.
func baseEnvironment() (*cel.Env, error) {
	return cel.NewEnv(
		cel.CrossTypeNumericComparisons(true),
		cel.DefaultUTCTimeZone(true),
		cel.OptionalTypes(),
		cel.EnableMacroCallTracking(),
		cel.ASTValidators(
			cel.ValidateDurationLiterals(), cel.ValidateTimestampLiterals(), cel.ValidateRegexLiterals(),
		),
		ext.Strings(ext.StringsVersion(2)), ext.Lists(ext.ListsVersion(3)), ext.Sets(), ext.Math(),
		ext.TwoVarComprehensions(),
		library.Lists(), library.Regex(), library.URLs(), library.Quantity(),
		library.IP(), library.CIDR(), library.SemverLib(library.SemverVersion(1)), library.Format(),
		jsonFunction(),
	)
}
