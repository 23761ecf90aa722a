package checks

import (
	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/ext"
	"k8s.io/apiserver/pkg/cel/library"
)

// environments are what expressions may speak of, one for each kind of probe,
// made when first needed.
type environments struct {
	base, object, objects, http *cel.Env
}

func (e *environments) of(c Check) (*cel.Env, error) {
	switch {
	case c.HTTP != nil:
		return e.extend(&e.http, responseOptions)
	case c.Objects != nil:
		return e.extend(&e.objects, func(*cel.Env) []cel.EnvOption {
			return []cel.EnvOption{cel.Variable("objects", cel.ListType(cel.DynType))}
		})
	default:
		return e.extend(&e.object, func(*cel.Env) []cel.EnvOption {
			return []cel.EnvOption{cel.Variable("object", cel.DynType)}
		})
	}
}

func (e *environments) extend(env **cel.Env, options func(*cel.Env) []cel.EnvOption) (*cel.Env, error) {
	if *env != nil {
		return *env, nil
	}
	if e.base == nil {
		base, err := baseEnvironment()
		if err != nil {
			return nil, err
		}
		e.base = base
	}
	extended, err := e.base.Extend(options(e.base)...)
	if err != nil {
		return nil, err
	}
	*env = extended
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
		library.IP(), library.CIDR(), library.SemverLib(library.SemverVersion(1)),
	)
}

// responseType is what an http probe's answers are.
const responseType = "response"

// responseProvider adds the type of an answer to those that CEL knows, so that a
// misspelt field is found when the lesson is read.
type responseProvider struct{ types.Provider }

// FindStructType finds the type's own type.
func (p responseProvider) FindStructType(name string) (*types.Type, bool) {
	if name == responseType {
		return types.NewTypeTypeWithParam(types.NewObjectType(responseType)), true
	}
	return p.Provider.FindStructType(name)
}

// FindStructFieldNames lists the fields of an answer.
func (p responseProvider) FindStructFieldNames(name string) ([]string, bool) {
	if name == responseType {
		return []string{"status", "body", "headers", "error", "seconds"}, true
	}
	return p.Provider.FindStructFieldNames(name)
}

// FindStructFieldType finds the type of one field of an answer.
func (p responseProvider) FindStructFieldType(name, field string) (*types.FieldType, bool) {
	if name != responseType {
		return p.Provider.FindStructFieldType(name, field)
	}
	switch field {
	case "status":
		return &types.FieldType{Type: types.IntType}, true
	case "body", "error":
		return &types.FieldType{Type: types.StringType}, true
	case "headers":
		return &types.FieldType{Type: types.NewMapType(types.StringType, types.StringType)}, true
	case "seconds":
		return &types.FieldType{Type: types.DoubleType}, true
	}
	return nil, false
}

func responseOptions(base *cel.Env) []cel.EnvOption {
	response := cel.ObjectType(responseType)
	return []cel.EnvOption{
		cel.CustomTypeProvider(responseProvider{base.CELTypeProvider()}),
		cel.Variable("response", response),
		cel.Variable("responses", cel.ListType(response)),
	}
}
