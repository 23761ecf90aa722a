package kube

import (
	"math"
	"time"
)

// At walks into an object without copying; nil when a step is missing.
func At(root any, path ...string) any {
	for _, step := range path {
		m, ok := root.(map[string]any)
		if !ok {
			return nil
		}
		root = m[step]
	}
	return root
}

// Text reads a text, "" when there is none.
func Text(root any, path ...string) string {
	s, _ := At(root, path...).(string)
	return s
}

// Number reads a whole number; ok is false when there is none.
func Number(root any, path ...string) (n int64, ok bool) {
	switch n := At(root, path...).(type) {
	case int64:
		return n, true
	case float64:
		return int64(n), n == math.Trunc(n)
	}
	return 0, false
}

// Maps returns the items of a list that are maps.
func Maps(root any, path ...string) []map[string]any {
	list, _ := At(root, path...).([]any)
	maps := make([]map[string]any, 0, len(list))
	for _, v := range list {
		if m, ok := v.(map[string]any); ok {
			maps = append(maps, m)
		}
	}
	return maps
}

// Time reads a time, zero when there is none.
func Time(root any, path ...string) time.Time {
	t, err := time.Parse(time.RFC3339, Text(root, path...))
	if err != nil {
		return time.Time{}
	}
	return t
}

// Condition returns the condition of a type, nil when there is none.
func Condition(o *Object, kind string) map[string]any {
	for _, c := range Maps(o.Object, "status", "conditions") {
		if Text(c, "type") == kind {
			return c
		}
	}
	return nil
}

// NumberOr reads a number, or takes another where there is none.
func NumberOr(root any, path string, otherwise int64) int64 {
	if n, set := Number(root, path); set {
		return n
	}
	return otherwise
}
