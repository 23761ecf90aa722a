package parse

import (
	"slices"
	"strconv"
	"strings"
)

// kind is what a token is: one of the words of kinds, or an operator's or a
// keyword's own text.
type kind string

const (
	tEOF   kind = "end of file"
	tNL    kind = "newline"
	tRedir kind = "redirection"
	tWord  kind = "word"
)

type token struct {
	kind  kind
	word  *Word  // of tWord
	redir *Redir // of tRedir
	line  int
	// plain is the text of an unquoted word.
	plain string
}

// shown is a token in a complaint.
func (k kind) shown() string {
	switch k {
	case tEOF, tNL, tRedir, tWord:
		return string(k)
	}
	return `"` + string(k) + `"`
}

// Error is an error in a script, in ash's words.
type Error struct {
	Line  int
	Words string
}

func (e *Error) Error() string { return e.Words }

func (p *Parser) unexpected(t token, want kind) error {
	words := "unexpected " + t.kind.shown()
	if want != "" {
		words += " (expecting " + want.shown() + ")"
	}
	return p.fault(words)
}

func (p *Parser) fault(words string) error { return &Error{p.in.number, "syntax error: " + words} }

// unsupported is the error for what ash supports and the sandbox doesn't.
func (p *Parser) unsupported(what string) error {
	return &Error{p.in.number, what + " is not supported by the sandbox"}
}

func keywords() []string {
	return []string{"!", "case", "do", "done", "elif", "else", "esac", "fi", "for", "function", "if", "in", "then", "until", "while", "{", "}"}
}

// Keyword reports whether the word is a keyword.
func Keyword(word string) bool { return slices.Contains(keywords(), word) }

// What the next token may be read as.
const (
	asKeyword = 1 << iota
	asAlias
	skipNewlines
)

// token reads one token.
func (p *Parser) token(as int) (token, error) {
	for {
		t, err := p.peeked()
		if err != nil {
			return t, err
		}
		if t.kind == tNL && as&skipNewlines != 0 {
			if err := p.documents(); err != nil {
				return t, err
			}
			continue
		}
		if t.kind == tWord && t.plain != "" {
			if as&asKeyword != 0 && Keyword(t.plain) {
				t.kind = kind(t.plain)
				return t, nil
			}
			if as&asAlias != 0 && p.unalias(t.plain) {
				continue
			}
		}
		return t, nil
	}
}

// unalias replaces an alias's name with its text.
func (p *Parser) unalias(name string) bool {
	if p.Alias == nil || p.in.expanding(name) {
		return false
	}
	text, ok := p.Alias(name)
	if !ok {
		return false
	}
	p.blank = strings.HasSuffix(text, " ")
	p.in.peek() // so that what is used up is gone
	p.in.stack = append(p.in.stack, pushed{text + " ", name})
	return true
}

// peeked is the token that was put back, or the next one.
func (p *Parser) peeked() (token, error) {
	if p.back != nil {
		t := *p.back
		p.back = nil
		return t, nil
	}
	return p.lex()
}

func (p *Parser) unread(t token) { p.back = &t }

// operators from the longest.
func operators() []string { return []string{"&&", "||", ";;", "&", "|", ";", "(", ")"} }

// lex reads one token from the input.
func (p *Parser) lex() (token, error) {
	p.blanks()
	line := p.in.number
	b := p.in.peek()
	if b == eof {
		return token{kind: tEOF, line: line}, p.broken()
	}
	p.in.more = true
	if b == '\n' {
		p.in.next()
		return token{kind: tNL, line: line}, nil
	}
	if b == '<' || b == '>' || b == '&' && p.in.second() == '>' {
		return p.redirection(-1)
	}
	for _, op := range operators() {
		if b == int(op[0]) && (len(op) == 1 || p.in.second() == int(op[1])) {
			for range op {
				p.in.next()
			}
			return token{kind: kind(op), line: line}, nil
		}
	}
	w, err := p.word(untilMeta)
	if err != nil {
		return token{}, err
	}
	plain, ok := w.Plain()
	if next := p.in.peek(); ok && (next == '<' || next == '>') && plain != "" && strings.Trim(plain, "0123456789") == "" && len(plain) < 4 {
		fd, _ := strconv.Atoi(plain) // digits only
		return p.redirection(fd)
	}
	return token{kind: tWord, word: w, plain: plain, line: line}, nil
}

// blanks skips what separates words, and comments.
func (p *Parser) blanks() {
	for {
		switch b := p.in.peek(); {
		case b == ' ' || b == '\t':
			p.in.next()
		case b == '\\' && p.in.second() == '\n':
			p.in.next()
			p.in.next()
		case b == '#':
			for b := p.in.peek(); b != '\n' && b != eof; b = p.in.peek() {
				p.in.next()
			}
		default:
			return
		}
	}
}

// redirection reads an operator and its word; fd is -1 where none was named.
func (p *Parser) redirection(fd int) (token, error) {
	r := &Redir{FD: fd, Line: p.in.number}
	first := p.in.next()
	r.Op = string(byte(first))
	if first == '&' {
		p.in.next()
		r.Op, r.FD = "&>", 1
	} else {
		for _, more := range map[int]string{'<': "<>&", '>': ">&|"}[first] {
			if p.in.take(byte(more)) {
				r.Op += string(more)
				break
			}
		}
	}
	strip := false
	if r.Op == "<<" {
		strip = p.in.take('-')
	}
	if r.FD < 0 {
		r.FD = 0
		if r.Op[0] == '>' {
			r.FD = 1
		}
	}
	// "<(" and ">(" stand for a file.
	if b := p.in.peek(); len(r.Op) == 1 && b == '(' && fd < 0 {
		return token{}, p.unsupported(r.Op + "(...)")
	}
	t, err := p.token(0)
	if err != nil {
		return t, err
	}
	if t.kind != tWord {
		return t, p.unexpected(t, "")
	}
	r.Word = t.word
	if r.Op == "<<" {
		p.waiting = append(p.waiting, document{r, strip})
	}
	return token{kind: tRedir, redir: r, line: r.Line}, nil
}
