package checks

import "strings"

// Target names what the check looks at, the same for all checks that look at
// the same thing: the later of two may take back what the earlier asked for.
func (c Check) Target() string {
	switch {
	case c.Object != nil:
		return targetKey("object", c.Object.Namespace, c.Object.Kind, c.Object.Name)
	case c.Absent != nil:
		return targetKey("object", c.Absent.Namespace, c.Absent.Kind, c.Absent.Name)
	case c.Objects != nil:
		return targetKey("objects", c.Objects.Namespace, c.Objects.Kind, c.Objects.Selector)
	case c.HTTP != nil:
		return targetKey("http", c.HTTP.Namespace, c.HTTP.Service+"|"+c.HTTP.Pod, c.HTTP.Port+c.HTTP.Path)
	}
	return c.ID
}

func targetKey(parts ...string) string { return strings.ToLower(strings.Join(parts, " ")) }
