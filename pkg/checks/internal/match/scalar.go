package match

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"

	"k8s.io/apimachinery/pkg/api/resource"
)

// sameScalar compares as a manifest would write them: 80, 80.0 and "80" are the same,
// "080" and "1.0" are texts of their own.
func sameScalar(a, b any) bool {
	if a == nil || b == nil {
		return a == b
	}
	x, isInt := a.(int64)
	y, areInts := b.(int64)
	if isInt && areInts {
		return x == y
	}
	f, isNumber := numeral(a)
	g, areNumbers := numeral(b)
	if isNumber && areNumbers {
		return f == g
	}
	return written(a) == written(b)
}

// numeral is the value of a number; a text is none.
func numeral(v any) (float64, bool) {
	switch t := v.(type) {
	case int64:
		return float64(t), true
	case int:
		return float64(t), true
	case float64:
		return t, true
	case json.Number:
		f, err := t.Float64()
		return f, err == nil
	}
	return 0, false
}

// written is a scalar as a manifest has it.
func written(v any) string {
	if f, ok := v.(float64); ok {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

// amount is a text that may be a quantity. Longer exponents than that of any real
// amount would keep the parser busy for seconds.
var amount = regexp.MustCompile(`^[+-]?[0-9.]{1,40}([eE][+-]?[0-9]{1,2}|[a-zA-Z]{0,2})$`)

// sameQuantity compares amounts: 1000m is 1.
func sameQuantity(wanted, found any) bool {
	w, isAmount := quantityOf(wanted)
	f, areAmounts := quantityOf(found)
	return isAmount && areAmounts && w.Cmp(f) == 0
}

func quantityOf(v any) (resource.Quantity, bool) {
	text := written(v)
	if !amount.MatchString(text) {
		return resource.Quantity{}, false
	}
	q, err := resource.ParseQuantity(text)
	return q, err == nil
}
