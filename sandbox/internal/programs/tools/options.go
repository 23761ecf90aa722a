package tools

import (
	"slices"
	"strings"
)

// banner is the first line of each help text.
const banner = "BusyBox v1.36.1 (sandbox) multi-call binary.\n\n"

// help prints the usage line. The descriptions below it are busybox's own; its
// documentation has them.
func (c *command) help() {
	c.complain("%sUsage: %s%s\n", banner, c.name, strings.TrimRight(" "+c.usage, " "))
}

// misuse prints the usage line and returns its exit code.
func (c *command) misuse() int {
	c.help()
	return max(1, c.wrong)
}

// has reports whether an option was given.
func (c *command) has(flag byte) bool { return c.given[flag] != nil }

// any reports whether one of these options was given.
func (c *command) any(flags string) bool {
	return slices.ContainsFunc([]byte(flags), c.has)
}

// value is an option's last value, "" without one.
func (c *command) value(flag byte) string {
	all := c.given[flag]
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1]
}

// options parses the options in the arguments, as getopt_long(3) does. The exit
// code is -1 when all is well.
func (c *command) options() int {
	args := c.rest
	if c.before != nil {
		args = c.before(args)
	}
	c.rest = nil
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		if arg == "--" {
			c.rest = append(c.rest, args...)
			break
		}
		if len(arg) < 2 || arg[0] != '-' {
			if c.rest = append(c.rest, arg); strings.HasPrefix(c.flags, "+") {
				c.rest = append(c.rest, args...)
				break
			}
			continue
		}
		var code int
		if args, code = c.option(arg, args); code >= 0 {
			return code
		}
	}
	if len(c.rest) < c.least || c.most > 0 && len(c.rest) > c.most {
		return c.misuse()
	}
	return -1
}

// option takes the options of one argument, and their values from those behind it.
func (c *command) option(arg string, args []string) (rest []string, code int) {
	if strings.HasPrefix(arg, "--") {
		return c.longOption(arg[2:], args)
	}
	for i := 1; i < len(arg); i++ {
		at := strings.IndexByte(c.flags, arg[i])
		if at < 0 || arg[i] == ':' || arg[i] == '+' {
			return args, c.unknown(arg[i])
		}
		rest := arg[i+1:]
		switch kind := c.flags[at+1:]; {
		case strings.HasPrefix(kind, "::"):
			c.given[arg[i]] = append(c.given[arg[i]], rest)
			return args, -1
		case !strings.HasPrefix(kind, ":"):
			c.given[arg[i]] = append(c.given[arg[i]], "")
			continue
		case rest == "" && len(args) == 0:
			c.fail("option requires an argument -- '%c'", arg[i])
			return args, c.misuse()
		case rest == "":
			rest, args = args[0], args[1:]
		}
		c.given[arg[i]] = append(c.given[arg[i]], rest)
		return args, -1
	}
	return args, -1
}

func (c *command) unknown(flag byte) int {
	if strings.IndexByte(c.others, flag) >= 0 {
		return max(c.refuse("-"+string(rune(flag))), c.wrong)
	}
	c.fail("invalid option -- '%c'", flag)
	return c.misuse()
}

func (c *command) longOption(text string, args []string) (rest []string, code int) {
	name, value, assigned := strings.Cut(text, "=")
	for option := range strings.FieldsSeq(c.long) {
		full, letter, _ := strings.Cut(option, "=")
		plain := strings.TrimRight(full, ":?")
		if name != plain {
			continue
		}
		if strings.Contains(c.others, letter) {
			return args, max(c.refuse("--"+name), c.wrong)
		}
		switch takes := strings.HasSuffix(full, ":"); {
		case assigned && full == plain:
			c.fail("option '--%s' doesn't allow an argument", name)
			return args, c.misuse()
		case takes && !assigned && len(args) == 0:
			c.fail("option '--%s' requires an argument", name)
			return args, c.misuse()
		case takes && !assigned:
			value, args = args[0], args[1:]
		}
		c.given[letter[0]] = append(c.given[letter[0]], value)
		return args, -1
	}
	c.fail("unrecognized option '--%s'", text)
	return args, c.misuse()
}
