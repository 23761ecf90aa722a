package checks

import (
	"maps"
	"slices"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"k8s.io/apimachinery/pkg/util/json"
)

// The types of what probes see, beside objects of the API.
const (
	responseType = "response"
	revisionType = "revision"
)

// fieldsOf are the fields of such a type, nil for a type of another.
func fieldsOf(name string) map[string]*types.Type {
	switch name {
	case responseType:
		return map[string]*types.Type{
			"status": types.IntType, "body": types.StringType, "json": types.DynType,
			"headers": types.NewMapType(types.StringType, types.StringType),
			"error":   types.StringType, "seconds": types.DoubleType,
		}
	case revisionType:
		return map[string]*types.Type{
			"number": types.IntType, "name": types.StringType, "images": types.NewListType(types.StringType),
			"replicas": types.IntType, "ready": types.IntType, "cause": types.StringType,
		}
	}
	return nil
}

// recordProvider adds those types to the ones that CEL knows, so that a misspelt
// field is found when the lesson is read.
type recordProvider struct{ types.Provider }

// FindStructType finds a type's own type.
func (p recordProvider) FindStructType(name string) (*types.Type, bool) {
	if fieldsOf(name) != nil {
		return types.NewTypeTypeWithParam(types.NewObjectType(name)), true
	}
	return p.Provider.FindStructType(name)
}

// FindStructFieldNames lists the fields of a type.
func (p recordProvider) FindStructFieldNames(name string) ([]string, bool) {
	if fields := fieldsOf(name); fields != nil {
		return slices.Sorted(maps.Keys(fields)), true
	}
	return p.Provider.FindStructFieldNames(name)
}

// FindStructFieldType finds the type of one field.
func (p recordProvider) FindStructFieldType(name, field string) (*types.FieldType, bool) {
	fields := fieldsOf(name)
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

// jsonOf is a body read as JSON, nil when it is none.
func jsonOf(body string) any {
	var value any
	if len(body) == 0 || json.Unmarshal([]byte(body), &value) != nil {
		return nil
	}
	return value
}
