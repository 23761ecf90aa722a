package fetch

import (
	"fmt"
	"slices"
	"strings"
)

// options are a parsed command line: the values of each option in order ("yes"
// for one that takes none), and the other arguments.
type options struct {
	values map[string][]string
	rest   []string
	// order is all options in their original order.
	order []option
}

// option is one option: its canonical name, its value, and its original
// spelling.
type option struct{ name, value, written string }

func (o options) has(name string) bool { return len(o.values[name]) > 0 }

// written is the last spelling of an option.
func (o options) written(name string) string {
	for _, one := range slices.Backward(o.order) {
		if one.name == name {
			return one.written
		}
	}
	return ""
}

// last returns the last value of an option.
func (o options) last(name string) string {
	if values := o.values[name]; len(values) > 0 {
		return values[len(values)-1]
	}
	return ""
}

// usage is an error for an unknown option, or for one without its value.
type usage struct {
	option  string
	missing bool
}

func (u *usage) Error() string {
	if u.missing {
		return fmt.Sprintf("option %s: requires parameter", u.option)
	}
	return fmt.Sprintf("option %s: is unknown", u.option)
}

// parse parses options. Names maps each spelling of an option, "-o" and
// "--output", to its canonical name; takes says which ones need a value.
func parse(args []string, names map[string]string, takes string) (options, error) {
	o := options{values: map[string][]string{}}
	needs := strings.Fields(takes)
	for i := 0; i < len(args); i++ {
		arg := args[i]
		switch {
		case arg == "--":
			o.rest = append(o.rest, args[i+1:]...)
			return o, nil
		case len(arg) < 2 || arg[0] != '-':
			o.rest = append(o.rest, arg)
			continue
		case strings.HasPrefix(arg, "--"):
			name, value, inline := strings.Cut(arg, "=")
			used, err := o.take(name, value, inline, args[i+1:], names, needs)
			if err != nil {
				return o, err
			}
			i += max(used, 0)
			continue
		}
		for at := 1; at < len(arg); at++ {
			used, err := o.take("-"+arg[at:at+1], arg[at+1:], at+1 < len(arg), args[i+1:], names, needs)
			if err != nil {
				return o, err
			}
			i += max(used, 0)
			if used != 0 {
				break
			}
		}
	}
	return o, nil
}

// tookRest says that the value was in the same argument.
const tookRest = -1

// take records one option and returns how many further arguments it took.
func (o *options) take(name, value string, inline bool, after []string, names map[string]string, needs []string) (int, error) {
	known, ok := names[name]
	if !ok {
		return 0, &usage{option: name}
	}
	switch {
	case !slices.Contains(needs, known):
		o.set(known, "yes", name)
		return 0, nil
	case inline:
		o.set(known, value, name)
		return tookRest, nil
	case len(after) == 0:
		return 0, &usage{option: name, missing: true}
	}
	o.set(known, after[0], name)
	return 1, nil
}

func (o *options) set(name, value, written string) {
	o.values[name] = append(o.values[name], value)
	o.order = append(o.order, option{name, value, written})
}
