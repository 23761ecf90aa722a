package expr

import (
	"math"
	"strings"

	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"
)

// What calls cost, in units of a budget. Most functions go once over what they are
// given; those that do less or more have a line in costOf.

const (
	// madeBytes is how many bytes of a new text cost one unit, readBytes how many
	// that are only read.
	madeBytes, readBytes = 10, 50
	// maxAmount bounds the text of a quantity: working one out takes longer than
	// its text is long.
	maxAmount = 64
	// zoneCost is what looking up a time zone costs, which may read a file.
	zoneCost = 1000
	// unaffordable is more than any budget.
	unaffordable = 2 * costLimit
)

// costOf finds what calls of a function cost, given their arguments.
func costOf(function string) func(*budget, []ref.Val) float64 {
	switch function {
	case "size", "first", "last", "type", "dyn", "hasValue", "value", "cel.@mapInsert",
		"optional.of", "optional.none", operators.OptSelect, operators.OptIndex, operators.Index:
		return func(_ *budget, args []ref.Val) float64 { return 1 + grown(function, args) }
	case operators.Add:
		return addCost
	case "lists.range":
		return func(_ *budget, args []ref.Val) float64 { return 1 + number64(args[0]) }
	case "sort", "@sortByAssociatedKeys":
		return func(b *budget, args []ref.Val) float64 {
			m := measured(b, args...)
			return 1 + (m.parts+m.bytes/readBytes)*math.Log2(2+m.parts)/2
		}
	case "distinct":
		return func(b *budget, args []ref.Val) float64 { return compared(b, args[0], args[0]) }
	case "sets.contains", "sets.equivalent", "sets.intersects":
		return func(b *budget, args []ref.Val) float64 { return 2 * compared(b, args[0], args[1]) }
	case "indexOf", "lastIndexOf":
		return searchCost
	case "replace":
		return func(b *budget, args []ref.Val) float64 { return linear(b, args) + replacedBytes(args)/madeBytes }
	case "split":
		return func(b *budget, args []ref.Val) float64 { return linear(b, args) + pieces(args) }
	case "join":
		return func(b *budget, args []ref.Val) float64 { return linear(b, args) + joinedBytes(b, args)/madeBytes }
	case "format":
		return func(b *budget, args []ref.Val) float64 { return 4*linear(b, args) + paddedBytes(args)/madeBytes }
	case "json":
		return func(b *budget, args []ref.Val) float64 { return 3 * linear(b, args) }
	case "quantity", "isQuantity":
		return amountCost
	case "validate":
		return func(b *budget, args []ref.Val) float64 { return 100 * linear(b, args) }
	case "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getFullYear", "getHours", "getMilliseconds", "getMinutes", "getMonth", "getSeconds":
		return func(b *budget, args []ref.Val) float64 { return linear(b, args) + zoneCost*float64(len(args)-1) }
	case "matches", "find", "findAll":
		// patternOperation pays.
		return func(*budget, []ref.Val) float64 { return 1 }
	case operators.Equals, operators.NotEquals, operators.In, operators.OldIn, "contains", "startsWith", "endsWith",
		operators.Less, operators.LessEquals, operators.Greater, operators.GreaterEquals, "optional.ofNonZeroValue":
		return readCost
	}
	return linear
}

// linear is the cost of going over the arguments and making something as large.
func linear(b *budget, args []ref.Val) float64 {
	m := measured(b, args...)
	return 1 + m.parts + m.bytes/madeBytes
}

// readCost is the cost of going over the arguments.
func readCost(b *budget, args []ref.Val) float64 {
	m := measured(b, args...)
	return 1 + m.parts/2 + m.bytes/readBytes
}

// grown is what copying a map costs that a new key is put into, unless it grows
// where it is.
func grown(function string, args []ref.Val) float64 {
	if function != "cel.@mapInsert" {
		return 0
	}
	if _, grows := args[0].(traits.MutableMapper); grows {
		return itemCost
	}
	if m, is := args[0].(traits.Mapper); is {
		return itemCost * float64(sizeOf(m))
	}
	return 0
}

func addCost(b *budget, args []ref.Val) float64 {
	cost := 1.0
	if _, grows := args[0].(traits.MutableLister); grows {
		args = args[1:]
	}
	for _, a := range args {
		switch v := a.(type) {
		case types.String:
			cost += float64(len(v)) / madeBytes
		case types.Bytes:
			cost += float64(len(v)) / madeBytes
		case traits.Sizer:
			cost += 2 * float64(sizeOf(v))
		}
	}
	return cost
}

// compared is the cost of comparing each item of one list with each of another.
func compared(b *budget, left, right ref.Val) float64 {
	l, r := measured(b, left), measured(b, right)
	return 1 + (l.parts*r.parts+r.parts*l.bytes/readBytes+l.parts*r.bytes/readBytes)/20
}

// searchCost is that of looking for a text, sign by sign at each place, or for an
// item.
func searchCost(b *budget, args []ref.Val) float64 {
	if _, is := args[0].(types.String); !is {
		return readCost(b, args)
	}
	return linear(b, args) + textBytes(args[0])*textBytes(args[1])/readBytes
}

func amountCost(_ *budget, args []ref.Val) float64 {
	text, is := args[0].(types.String)
	if !is {
		return 1
	}
	digits := 0
	for _, c := range text[max(strings.LastIndexAny(string(text), "eE"), 0):] {
		if c >= '0' && c <= '9' {
			digits++
		}
	}
	if len(text) > maxAmount || strings.ContainsAny(string(text), "eE") && digits > 3 {
		return unaffordable
	}
	return 10
}

// replacedBytes is how much longer a text becomes when a part of it is replaced.
func replacedBytes(args []ref.Val) float64 {
	text, old, put := textOf(args[0]), textOf(args[1]), textOf(args[2])
	return float64(len(text)) + float64(strings.Count(text, old))*float64(len(put))
}

func pieces(args []ref.Val) float64 {
	return 2 * float64(1+strings.Count(textOf(args[0]), textOf(args[1])))
}

func joinedBytes(b *budget, args []ref.Val) float64 {
	m := measured(b, args[0])
	if len(args) > 1 {
		m.bytes += m.parts * textBytes(args[1])
	}
	return m.bytes
}

// paddedBytes adds up what a format asks numbers to be written out to: %.500f.
func paddedBytes(args []ref.Val) float64 {
	total, number := 0.0, 0.0
	for _, c := range textOf(args[0]) {
		if c >= '0' && c <= '9' {
			number = number*10 + float64(c-'0')
			continue
		}
		total, number = total+number, 0
	}
	return total + number
}

func textOf(v ref.Val) string {
	s, _ := v.(types.String)
	return string(s)
}

func textBytes(v ref.Val) float64 { return float64(len(textOf(v))) }

func number64(v ref.Val) float64 {
	n, _ := v.(types.Int)
	return max(float64(n), 0)
}

// measure is how large values are: how many parts they have, at any depth, and
// how many bytes of text.
type measure struct{ parts, bytes, most float64 }

// measured adds up values, and gives up where that is more than can be paid.
func measured(b *budget, values ...ref.Val) measure {
	m := measure{most: b.left}
	for _, v := range values {
		m.add(v)
	}
	return m
}

func (m *measure) add(value any) {
	m.parts++
	if m.parts > m.most {
		panic(stopped{})
	}
	switch v := value.(type) {
	case types.String:
		m.bytes += float64(len(v))
	case string:
		m.bytes += float64(len(v))
	case types.Bytes:
		m.bytes += float64(len(v))
	case map[string]any:
		addMap(m, v)
	case map[string]string:
		addMap(m, v)
	case []any:
		addList(m, v)
	case []string:
		addList(m, v)
	case []ref.Val:
		addList(m, v)
	case *types.Optional:
		if v.HasValue() {
			m.add(v.GetValue())
		}
	case traits.Mapper:
		m.addMapper(v)
	case traits.Lister:
		m.addLister(v)
	}
}

func addMap[V any](m *measure, values map[string]V) {
	for k, v := range values {
		m.bytes += float64(len(k))
		m.add(v)
	}
}

func addList[V any](m *measure, values []V) {
	for _, v := range values {
		m.add(v)
	}
}

func (m *measure) addMapper(v traits.Mapper) {
	switch native := v.Value().(type) {
	case map[string]any:
		addMap(m, native)
	case map[string]string:
		addMap(m, native)
	default:
		for it := v.Iterator(); it.HasNext() == types.True; {
			key := it.Next()
			m.add(key)
			m.add(v.Get(key))
		}
	}
}

func (m *measure) addLister(v traits.Lister) {
	switch native := v.Value().(type) {
	case []any:
		addList(m, native)
	case []string:
		addList(m, native)
	case []ref.Val:
		addList(m, native)
	default:
		for it := v.Iterator(); it.HasNext() == types.True; {
			m.add(it.Next())
		}
	}
}
