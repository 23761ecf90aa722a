package shell

import (
	"strings"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/shell/match"
)

// fields builds the arguments that words become. Each is kept twice: as text, and
// as the pattern that it is for file names.
type fields struct {
	ifs  string
	done []field
	now  field
	// open says that the current field exists even if it is empty; blank that
	// blanks have just ended one.
	open, blank bool
	// size is how many bytes were added in all, held for how many hold was asked;
	// it failed where the container may not hold them, and the fields are broken.
	size, held int
	hold       func(int64) error
	broken     bool
	// plain says that the pattern is not needed.
	plain bool
}

// fieldSize is the overhead of a field besides its text.
const fieldSize = 64

type field struct{ text, pattern strings.Builder }

// add appends text that is not split.
func (f *fields) add(text string, quoted bool) {
	f.open, f.blank = true, false
	if !f.grow(len(text)) {
		return
	}
	f.now.text.WriteString(text)
	if f.plain {
		return
	}
	if quoted {
		text = match.Quote(text)
	} else {
		text = strings.ReplaceAll(text, `\`, `\\`)
	}
	f.now.pattern.WriteString(text)
}

// holdEvery is how many bytes may be added before hold is asked.
const holdEvery = 1 << 20

// grow counts added bytes, and reports whether there is room for them.
func (f *fields) grow(by int) bool {
	if f.size += by; f.size-f.held > holdEvery {
		f.held = f.size
		f.broken = f.broken || f.hold(int64(f.size)) != nil
	}
	return !f.broken
}

// end closes the current field, if there is one.
func (f *fields) end() {
	if f.open && f.grow(fieldSize) {
		f.done = append(f.done, f.now)
	}
	f.now, f.open = field{}, false
}

// split appends text that IFS cuts.
func (f *fields) split(text string) {
	for text != "" && !f.broken {
		cut := strings.IndexAny(text, f.ifs)
		if f.ifs == "" || cut < 0 {
			f.add(text, false)
			return
		}
		if cut > 0 {
			f.add(text[:cut], false)
		}
		switch c := text[cut]; {
		case c == ' ' || c == '\t' || c == '\n':
			if f.open {
				f.end()
				f.blank = true
			}
		case f.open:
			f.end()
		case f.blank:
			f.blank = false
		default:
			f.open = true
			f.end()
		}
		text = text[cut+1:]
	}
}
