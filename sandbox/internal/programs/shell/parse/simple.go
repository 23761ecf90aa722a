package parse

// bashFunction reads "function NAME" with or without "()".
func (p *Parser) bashFunction() (Command, error) {
	t, err := p.token(0)
	if err != nil {
		return nil, err
	}
	if t.kind != tWord {
		return nil, p.unexpected(t, tWord)
	}
	name := t.plain
	if t, err = p.token(asKeyword | skipNewlines); err != nil {
		return nil, err
	}
	if t.kind == "(" {
		if err := p.expect(")", 0); err != nil {
			return nil, err
		}
	} else {
		p.unread(t)
	}
	return p.functionBody(name)
}

func (p *Parser) functionBody(name string) (Command, error) {
	body, err := p.afterOperator(p.command)
	return &Function{name, body}, err
}

// simple reads a simple command, or a function.
func (p *Parser) simple() (Command, error) {
	c := &Simple{Line: p.in.number}
	test := false
	for first := true; ; first = false {
		as := 0
		if len(c.Words) == 0 || p.blank {
			as = asAlias
		}
		p.blank = p.blank && len(c.Words) == 0
		t, err := p.token(as)
		if err != nil {
			return nil, err
		}
		if first {
			c.Line = t.line
		}
		switch {
		case t.kind == tRedir:
			c.Redirs = append(c.Redirs, t.redir)
		case t.kind == tWord:
			test = (test || t.plain == "[[") && t.plain != "]]"
			if _, ok := t.word.Assignment(); ok && len(c.Words) == 0 {
				c.Assigns = append(c.Assigns, t.word)
			} else {
				c.Words = append(c.Words, t.word)
			}
		case test && (t.kind == "&&" || t.kind == "||"):
			c.Words = append(c.Words, &Word{[]Part{&Lit{Text: map[kind]string{"&&": "-a", "||": "-o"}[t.kind]}}})
		case t.kind == "(" && len(c.Words) == 1 && c.Assigns == nil && c.Redirs == nil:
			return p.function(c.Words[0])
		default:
			p.unread(t)
			return c, nil
		}
	}
}

// function reads the rest of "NAME()".
func (p *Parser) function(word *Word) (Command, error) {
	if err := p.expect(")", 0); err != nil {
		return nil, err
	}
	name, ok := word.Plain()
	if !ok || !ValidName(name) {
		return nil, p.fault("bad function name")
	}
	return p.functionBody(name)
}
