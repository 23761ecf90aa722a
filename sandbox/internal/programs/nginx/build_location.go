package nginx

import (
	"slices"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/nginx/conf"
)

// location reads "location [= | ~ | ~* | ^~] PATH { }" and "location @NAME { }".
func (b *builder) location(s *server, d *conf.Directive) error {
	l := &location{}
	l.modifier, l.path = modifier(d.Args)
	switch l.modifier {
	case "", "=", "^~", "@":
	case "~", "~*":
		re, err := b.regexp(d, l.path, map[string]string{"~": "", "~*": "(?i)"}[l.modifier])
		if err != nil {
			return err
		}
		l.regexp = re
	default:
		return d.Faultf("invalid location modifier %q", l.modifier)
	}
	var err error
	if l.settings, err = b.level(d.Block, s.level.settings); err != nil {
		return err
	}
	for _, inner := range d.Block {
		if err := b.within(l, inner); err != nil {
			return err
		}
	}
	return s.add(l, d)
}

// modifier parts the arguments; the modifier may stick to the path.
func modifier(args []string) (mod, path string) {
	if len(args) == 2 {
		return args[0], args[1]
	}
	for _, mod := range []string{"=", "^~", "~*", "~"} {
		if path, ok := strings.CutPrefix(args[0], mod); ok {
			return mod, path
		}
	}
	if strings.HasPrefix(args[0], "@") {
		return "@", args[0]
	}
	return "", args[0]
}

func (s *server) add(l *location, d *conf.Directive) error {
	taken := false
	switch l.modifier {
	case "=":
		_, taken = s.exact[l.path]
		s.exact[l.path] = l
	case "@":
		_, taken = s.named[l.path]
		s.named[l.path] = l
	case "~", "~*":
		s.regexes = append(s.regexes, l)
	default:
		taken = slices.ContainsFunc(s.prefixes, func(o *location) bool { return o.path == l.path })
		s.prefixes = append(s.prefixes, l)
	}
	if taken {
		return d.Faultf("duplicate location %q", l.path)
	}
	return nil
}

// within handles the directives that only a location has.
func (b *builder) within(l *location, d *conf.Directive) (err error) {
	switch d.Name {
	case "location":
		return d.Faultf(`"location" inside "location" is not supported by the sandbox's nginx`)
	case "alias":
		return b.alias(l, d)
	case "proxy_pass":
		return b.proxyPass(l, d)
	case "try_files":
		l.tryFiles, err = b.compileAll(d.Args)
		return err
	case "internal":
		l.internal = true
		return nil
	}
	return b.step(l, d)
}

func (b *builder) alias(l *location, d *conf.Directive) (err error) {
	if l.modifier == "@" {
		return d.Faultf(`the "alias" directive cannot be used inside the named location`)
	}
	l.settings.alias = true
	l.settings.root, err = b.compile(d.Args[0])
	return err
}
