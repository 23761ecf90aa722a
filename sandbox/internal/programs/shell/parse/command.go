package parse

// command reads a command with its redirections.
func (p *Parser) command() (c Command, err error) {
	err = p.nest(func() error {
		c, err = p.simpleOrCompound()
		return err
	})
	return c, err
}

func (p *Parser) simpleOrCompound() (Command, error) {
	t, err := p.token(asKeyword | asAlias)
	if err != nil {
		return nil, err
	}
	var c Command
	switch t.kind {
	case tWord, tRedir:
		p.unread(t)
		return p.simple()
	case "if":
		c, err = p.ifClause()
	case "while", "until":
		c, err = p.loop(t.kind == "until")
	case "for":
		c, err = p.forClause()
	case "case":
		c, err = p.caseClause()
	case "function":
		return p.bashFunction()
	case "(":
		c, err = p.subshell(t.line)
	case "{":
		c, err = p.enclosed("}")
	default:
		return nil, p.unexpected(t, "")
	}
	if err != nil {
		return nil, err
	}
	return p.redirected(c)
}

// redirected takes the redirections behind a compound command.
func (p *Parser) redirected(c Command) (Command, error) {
	var all []*Redir
	for {
		t, err := p.token(0)
		if err != nil {
			return nil, err
		}
		if t.kind != tRedir {
			p.unread(t)
			break
		}
		all = append(all, t.redir)
	}
	if all != nil {
		c = &Redirected{c, all}
	}
	return c, nil
}

// expect takes a keyword, or whatever else must come now.
func (p *Parser) expect(want kind, as int) error {
	t, err := p.token(as)
	if err != nil {
		return err
	}
	if t.kind != want {
		return p.unexpected(t, want)
	}
	return nil
}

// body reads commands of which there must be one.
func (p *Parser) body() (Command, error) {
	c, err := p.list(false)
	if err != nil || c != nil {
		return c, err
	}
	t, err := p.token(asKeyword)
	if err != nil {
		return nil, err
	}
	p.unread(t)
	if t.kind == tEOF {
		return &List{}, nil // what is missing behind it is the fault
	}
	return nil, p.unexpected(t, "")
}

func (p *Parser) enclosed(end kind) (Command, error) {
	c, err := p.body()
	if err == nil {
		err = p.expect(end, asKeyword|skipNewlines)
	}
	return c, err
}

func (p *Parser) subshell(line int) (Command, error) {
	body, err := p.enclosed(")")
	return &Subshell{body, line}, err
}

func (p *Parser) ifClause() (Command, error) {
	cond, err := p.enclosed("then")
	if err != nil {
		return nil, err
	}
	then, err := p.body()
	if err != nil {
		return nil, err
	}
	c := &If{Cond: cond, Then: then}
	t, err := p.token(asKeyword | skipNewlines)
	if err != nil {
		return nil, err
	}
	switch t.kind {
	case "elif":
		err = p.nest(func() error {
			c.Else, err = p.ifClause()
			return err
		})
	case "else":
		c.Else, err = p.enclosed("fi")
	case "fi":
	default:
		err = p.unexpected(t, "fi")
	}
	return c, err
}

func (p *Parser) loop(until bool) (Command, error) {
	cond, err := p.enclosed("do")
	if err != nil {
		return nil, err
	}
	body, err := p.enclosed("done")
	return &Loop{cond, body, until}, err
}

func (p *Parser) forClause() (Command, error) {
	t, err := p.token(0)
	if err != nil {
		return nil, err
	}
	if t.kind != tWord || !ValidName(t.plain) {
		return nil, p.fault("bad for loop variable")
	}
	c := &For{Name: t.plain, Line: t.line}
	if t, err = p.token(asKeyword | skipNewlines); err != nil {
		return nil, err
	}
	switch t.kind {
	case "in":
		c.In = true
		if c.Words, err = p.words(); err != nil {
			return nil, err
		}
	case ";":
	default:
		p.unread(t)
	}
	if err := p.expect("do", asKeyword|skipNewlines); err != nil {
		return nil, err
	}
	c.Body, err = p.enclosed("done")
	return c, err
}

// words reads the words of a for loop up to the end of its line.
func (p *Parser) words() ([]*Word, error) {
	var all []*Word
	for {
		t, err := p.token(0)
		switch {
		case err != nil:
			return nil, err
		case t.kind == tWord:
			all = append(all, t.word)
		case t.kind == tNL, t.kind == ";":
			if t.kind == tNL {
				err = p.documents()
			}
			return all, err
		default:
			return nil, p.unexpected(t, "")
		}
	}
}

func (p *Parser) caseClause() (Command, error) {
	t, err := p.token(0)
	if err != nil {
		return nil, err
	}
	if t.kind != tWord {
		return nil, p.unexpected(t, tWord)
	}
	c := &Case{Word: t.word, Line: t.line}
	if err := p.expect("in", asKeyword|skipNewlines); err != nil {
		return nil, err
	}
	for {
		if t, err = p.token(asKeyword | skipNewlines); err != nil || t.kind == "esac" {
			return c, err
		}
		item, last, err := p.caseItem(t)
		if err != nil {
			return nil, err
		}
		c.Items = append(c.Items, item)
		if last {
			return c, nil
		}
	}
}

// caseItem reads "PATTERN | PATTERN) COMMANDS ;;", whose first token was read. It
// reports whether esac came instead of ";;".
func (p *Parser) caseItem(t token) (item CaseItem, last bool, err error) {
	if t.kind == "(" {
		if t, err = p.token(0); err != nil {
			return item, false, err
		}
	}
	for {
		if t.word == nil {
			if t.kind == tEOF {
				return item, false, p.unexpected(t, ")")
			}
			return item, false, p.unexpected(t, "")
		}
		item.Patterns = append(item.Patterns, t.word)
		if t, err = p.token(0); err != nil {
			return item, false, err
		}
		if t.kind != "|" {
			break
		}
		if t, err = p.token(0); err != nil {
			return item, false, err
		}
	}
	if t.kind != ")" {
		return item, false, p.unexpected(t, ")")
	}
	if item.Body, err = p.list(false); err != nil {
		return item, false, err
	}
	if t, err = p.token(asKeyword | skipNewlines); err != nil {
		return item, false, err
	}
	if t.kind != ";;" && t.kind != "esac" {
		return item, false, p.unexpected(t, ";;")
	}
	return item, t.kind == "esac", nil
}
