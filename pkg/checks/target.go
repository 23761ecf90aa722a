package checks

import (
	"fmt"
	"strings"
)

// Target names what the check looks at, the same for all checks that look at
// the same thing: the later of two may take back what the earlier asked for.
func (c Check) Target() string {
	about := c.probe().subject()
	switch {
	case c.Object != nil, c.Absent != nil:
		return targetKey("object", about.namespace, about.kind, about.name)
	case c.Objects != nil:
		return targetKey("objects", about.namespace, about.kind, c.Objects.Selector)
	case c.HTTP != nil:
		return targetKey("http", about.namespace, c.HTTP.Service+"|"+c.HTTP.pods().key(), c.HTTP.Port+c.HTTP.Path)
	case c.Rollout != nil:
		return targetKey("rollout", about.namespace, about.kind, about.name)
	case c.Logs != nil:
		return targetKey("logs", c.Logs.key())
	case c.Exec != nil:
		return targetKey("exec", c.Exec.key(), strings.Join(c.Exec.Command, " "))
	case c.Events != nil:
		return targetKey("events", about.namespace, fmt.Sprintf("%q", c.Events.what()))
	case c.Run != nil:
		return targetKey("run", c.Run.Command)
	case c.Answer != nil:
		return targetKey("answer", c.Answer.Quiz)
	}
	return c.ID
}

func (p PodChoice) key() string {
	return targetKey(p.Namespace, p.Pod+"|"+p.Deployment+"|"+p.Selector, p.Container)
}

func targetKey(parts ...string) string { return strings.ToLower(strings.Join(parts, " ")) }
