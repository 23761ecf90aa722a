package tools

import (
	"strings"
)

// applies says whether a command's addresses choose this line.
func (e *edit) applies(s *sedding) bool {
	on := false
	switch {
	case e.from == nil:
		on = true
	case e.to == nil:
		on = e.from.on(s)
	case e.active:
		on = true
		switch {
		case e.to.re != nil, e.to.last:
			e.active = !e.to.on(s)
		default:
			e.active = s.n < e.until
			on = s.n <= e.until
		}
		if !on {
			on = e.from.on(s)
		}
	case e.from.on(s):
		on = true
		e.until = e.to.line
		if e.to.plus {
			e.until += s.n
		}
		e.active = e.to.re != nil || e.to.last && !s.last() || e.until > s.n
	}
	return on != e.not
}

func (a *address) on(s *sedding) bool {
	switch {
	case a.last:
		return s.last()
	case a.re != nil:
		return a.re.MatchString(s.space)
	}
	return a.line == s.n
}

func (e *edit) translate(line string) string {
	out := []byte(line)
	for i, b := range out {
		if at := strings.IndexByte(e.letters, b); at >= 0 && at < len(e.text) {
			out[i] = e.text[at]
		}
	}
	return string(out)
}

func (e *edit) substitute(s *sedding, line string) (string, bool) {
	if s.err = s.matchable(line); s.err != nil {
		return line, false
	}
	most := -1
	nth := e.nth
	if !e.global {
		most = max(nth, 1)
	} else {
		nth = 0
	}
	var out strings.Builder
	done, hit := 0, false
	for i, at := range e.re.FindAllStringSubmatchIndex(line, most) {
		if i+1 < nth {
			continue
		}
		if i%longLine == 0 || out.Len() > longLine {
			if s.err = s.Hold(int64(out.Len() + len(s.space) + len(s.held))); s.err != nil {
				return line, false
			}
		}
		hit = true
		out.WriteString(line[done:at[0]])
		e.expand(&out, line, at)
		done = at[1]
	}
	out.WriteString(line[done:])
	return out.String(), hit
}

// expand writes the replacement: "&" and "\1" stand for what was matched.
func (e *edit) expand(out *strings.Builder, line string, at []int) {
	for i := 0; i < len(e.text); i++ {
		b := e.text[i]
		group := -1
		switch {
		case b == '&':
			group = 0
		case b == '\\' && i+1 < len(e.text):
			i++
			if b = e.text[i]; b >= '0' && b <= '9' {
				group = int(b - '0')
			}
		}
		switch {
		case group < 0:
			out.WriteByte(b)
		case 2*group+1 < len(at) && at[2*group] >= 0:
			out.WriteString(line[at[2*group]:at[2*group+1]])
		}
	}
}
