package expr

import (
	"maps"
	"slices"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"k8s.io/apimachinery/pkg/util/json"
)

// recordProvider adds the types of an environment to the ones that CEL knows.
type recordProvider struct {
	types.Provider
	own map[string]map[string]*types.Type
}

// FindStructType finds a type's own type.
func (p recordProvider) FindStructType(name string) (*types.Type, bool) {
	if p.own[name] != nil {
		return types.NewTypeTypeWithParam(types.NewObjectType(name)), true
	}
	return p.Provider.FindStructType(name)
}

// FindStructFieldNames lists the fields of a type.
func (p recordProvider) FindStructFieldNames(name string) ([]string, bool) {
	if fields := p.own[name]; fields != nil {
		return slices.Sorted(maps.Keys(fields)), true
	}
	return p.Provider.FindStructFieldNames(name)
}

// FindStructFieldType finds the type of one field.
func (p recordProvider) FindStructFieldType(name, field string) (*types.FieldType, bool) {
	fields := p.own[name]
	if fields == nil {
		return p.Provider.FindStructFieldType(name, field)
	}
	t, ok := fields[field]
	return &types.FieldType{Type: t}, ok
}

// jsonFunction reads a text as JSON: json(stdout).visits == 3. What is no JSON is
// an error, which makes the condition not so.
func jsonFunction() cel.EnvOption {
	return cel.Function("json", cel.Overload("json_string", []*cel.Type{cel.StringType}, cel.DynType,
		cel.UnaryBinding(func(v ref.Val) ref.Val {
			text, ok := v.(types.String)
			if !ok {
				return types.MaybeNoSuchOverloadErr(v)
			}
			var value any
			if err := json.Unmarshal([]byte(text), &value); err != nil {
				return types.NewErr("not JSON: %v", err)
			}
			return types.DefaultTypeAdapter.NativeToValue(value)
		})))
}
