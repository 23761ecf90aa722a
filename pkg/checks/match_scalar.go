package checks

import (
	"encoding/base64"
	"fmt"
	"maps"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
)

// sameScalar compares by value whatever the type: 80, 80.0 and "80" are the same.
func sameScalar(a, b any) bool {
	if a == nil || b == nil {
		return a == b
	}
	if x, ok := asFloat(a); ok {
		if y, ok := asFloat(b); ok {
			return x == y
		}
	}
	return fmt.Sprint(a) == fmt.Sprint(b)
}

func asFloat(v any) (float64, bool) {
	switch t := v.(type) {
	case int64:
		return float64(t), true
	case int:
		return float64(t), true
	case float64:
		return t, true
	}
	return 0, false
}

// sameQuantity compares amounts: 1000m is 1.
func sameQuantity(wanted, found any) bool {
	w, err := resource.ParseQuantity(fmt.Sprint(wanted))
	if err != nil {
		return false
	}
	f, err := resource.ParseQuantity(fmt.Sprint(found))
	return err == nil && w.Cmp(f) == 0
}

func holdsQuantities(path string) bool {
	for part := range strings.SplitSeq(path, ".") {
		switch part {
		case "requests", "limits", "capacity", "hard", "used", "allocatable", "sizeLimit":
			return true
		}
	}
	return false
}

// readable is an object as match reads it: a Secret's values can be asked for by
// stringData, as a manifest writes them.
func readable(o *object, match map[string]any) map[string]any {
	if _, asked := match["stringData"]; !asked || !isSecret(o) {
		return o.Object
	}
	with := maps.Clone(o.Object)
	decoded := map[string]any{}
	data, _ := at(o.Object, "data").(map[string]any)
	for key, v := range data {
		encoded, _ := v.(string)
		if value, err := base64.StdEncoding.DecodeString(encoded); err == nil {
			decoded[key] = string(value)
		}
	}
	with["stringData"] = decoded
	return with
}
