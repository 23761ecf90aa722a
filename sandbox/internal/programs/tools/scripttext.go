package tools

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// delimited takes parts between delimiters: "/a/b/g" gives a and b, and leaves g. In
// brackets a delimiter stands for itself.
func (r *scriptReader) delimited(count int) (parts []string, err error) {
	if r.text == "" {
		return nil, errors.New("bad format in substitution expression")
	}
	mark, text := r.text[0], r.text
	var part strings.Builder
	bracket := -1
	for i := 1; i < len(text); i++ {
		b := text[i]
		pattern := len(parts) == 0
		switch {
		case bracket >= 0:
			part.WriteByte(b)
			if b == ']' && i > bracket+1 && (i != bracket+2 || text[i-1] != '^') {
				bracket = -1
			}
		case b == '[' && pattern && closes(text[i+1:]):
			bracket = i
			part.WriteByte(b)
		case b == '\\' && i+1 < len(text):
			i++
			part.WriteString(unescaped(text[i], mark))
		case b == mark:
			parts = append(parts, part.String())
			part.Reset()
			if len(parts) == count {
				r.text = text[i+1:]
				return parts, nil
			}
		default:
			part.WriteByte(b)
		}
	}
	return nil, fmt.Errorf("unmatched '%c'", mark)
}

// closes says whether a bracket expression has an end.
func closes(text string) bool {
	text = strings.TrimPrefix(text, "^")
	return len(text) > 0 && strings.Contains(text[1:], "]")
}

// unescaped is what stands for a backslash and this byte.
func unescaped(b, mark byte) string {
	switch b {
	case mark:
		return string(rune(b))
	case 'n', '\n':
		return "\n"
	case 't':
		return "\t"
	}
	return `\` + string([]byte{b})
}

func (r *scriptReader) output(e *edit, name string) (err error) {
	if e.file, err = r.s.file(name); err != nil {
		return fmt.Errorf("can't open '%s': %s", name, reason(err))
	}
	return nil
}

// block is the text of a, i and c: up to the end of the line that has no backslash
// before it.
func (r *scriptReader) block() string {
	text := strings.TrimLeft(r.text, " \t")
	if rest, ok := strings.CutPrefix(text, `\`); ok {
		text = strings.TrimPrefix(strings.TrimLeft(rest, ""), "\n")
	}
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\' && i+1 < len(text):
			i++
			out.WriteByte(text[i])
		case text[i] == '\n':
			r.text = text[i+1:]
			return out.String()
		case text[i] != '\\':
			out.WriteByte(text[i])
		}
	}
	r.text = ""
	return out.String()
}

// substitution is s/PATTERN/REPLACEMENT/FLAGS, or y/LETTERS/OTHERS/.
func (r *scriptReader) substitution(e *edit) error {
	parts, err := r.delimited(2)
	if err != nil {
		return err
	}
	e.text = parts[1]
	if e.do == 'y' {
		e.letters, e.text = strings.ReplaceAll(parts[0], `\\`, `\`), strings.ReplaceAll(e.text, `\\`, `\`)
		return nil
	}
	fold := false
	for ; r.text != ""; r.text = r.text[1:] {
		switch b := r.text[0]; {
		case b == 'g':
			e.global = true
		case b == 'p':
			e.print = true
		case b == 'i' || b == 'I':
			fold = true
		case b >= '1' && b <= '9':
			digits := len(r.text) - len(strings.TrimLeft(r.text, "0123456789"))
			if e.nth, err = strconv.Atoi(r.text[:digits]); err != nil {
				return fmt.Errorf("invalid number '%s'", r.text[:digits])
			}
			r.text = r.text[digits-1:]
		case b == 'w':
			var name string
			name, r.text, _ = strings.Cut(r.text[1:], "\n")
			if err := r.output(e, strings.TrimSpace(name)); err != nil {
				return err
			}
			e.re, err = r.pattern(parts[0], fold)
			return err
		case strings.IndexByte("; \t\n}#", b) >= 0:
			e.re, err = r.pattern(parts[0], fold)
			return err
		default:
			return errors.New("bad option in substitution expression")
		}
	}
	e.re, err = r.pattern(parts[0], fold)
	return err
}
