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
	if p, is := c.probe().(hollow); is {
		return p.nothing(c, s)
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
