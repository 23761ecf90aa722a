package checks

import "github.com/kubectl-learn/kubectl-learn/pkg/lang"

// "All of them are so" is true of none. A check does not pass by that, unless its
// author says that none is fine: by asking for the size, or by bounds that allow it.

// nothingFor says that there is nothing for the expectations of a check to hold of,
// zero when there is something or none is fine.
func nothingFor(c Check, s observation) lang.Message {
	if c.condition == nil && len(c.Match) == 0 {
		return lang.Message{}
	}
	switch {
	case c.Objects != nil && len(s.objects) == 0:
		p := c.Objects
		if (bounds{p.Count, p.Min, p.Max}).allowNone() || c.condition.AsksSize("objects") {
			return lang.Message{}
		}
		return lang.Messagef("there is no %s%s to look at", "没有可查看的 %s%s", p.Kind, labelled(p.Selector))
	case c.Events != nil && len(c.Events.chosen(s)) == 0:
		if c.Events.bounds().allowNone() || c.condition.AsksSize("events") {
			return lang.Message{}
		}
		return lang.Messagef("there is no event%s to look at", "没有可查看的事件%s", chosen(c.Events.what()))
	case c.Logs != nil && s.output != nil && s.output.Stdout == "" && !c.condition.AsksSize("lines", "log"):
		return lang.Messagef("it is empty", "内容是空的")
	case c.HTTP != nil && len(s.answers) == 0:
		return lang.Messagef("nobody has answered yet", "还没有收到回应")
	}
	return lang.Message{}
}

// allowNone says that the author asked for none, or for none or more.
func (p bounds) allowNone() bool {
	for _, n := range []*int{p.count, p.min, p.max} {
		if n != nil && *n == 0 {
			return true
		}
	}
	return false
}

func labelled(selector string) lang.Message {
	if selector == "" {
		return lang.Message{}
	}
	return lang.Messagef(" with labels %s", "（标签 %s）", selector)
}
