package shell

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/shell/parse"
)

// reading holds the options of read.
type reading struct {
	*shell
	raw       bool
	prompt    string
	fd        int
	delimiter byte
	most      int
	within    time.Duration
	names     []string
}

// read is "read [-rs] [-p PROMPT] [-n CHARS] [-d DELIM] [-t SECONDS] [-u FD] [NAME]...".
func read(s *shell, n *call) error {
	r := &reading{shell: s, delimiter: '\n', within: -1}
	switch err := r.options(n.args[1:]); {
	case errors.Is(err, errRead):
		return nil
	case err != nil:
		return err
	}
	if r.prompt != "" && s.files[r.fd] != nil && s.files[r.fd].Terminal() {
		_, _ = io.WriteString(s.stderr(), r.prompt) // without stderr there is nowhere to report it
	}
	line, err := r.line()
	if err != nil {
		return err
	}
	if s.status > 1 {
		return nil
	}
	return r.assign(line)
}

// errRead is the error of an invalid read; it was already printed.
var errRead = errors.New("read makes no sense")

func (r *reading) options(args []string) error {
	for len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' {
		flags := args[0][1:]
		args = args[1:]
		if flags == "-" {
			break
		}
		for i := 0; i < len(flags); i++ {
			c := flags[i]
			switch c {
			case 'r':
				r.raw = true
				continue
			case 's':
				continue
			case 'p', 'n', 'd', 't', 'u':
			default:
				return r.fault("illegal option -%c", c)
			}
			value := flags[i+1:]
			if value == "" {
				if len(args) == 0 {
					return r.fault("no arg for -%c option", c)
				}
				value, args = args[0], args[1:]
			}
			if err := r.option(c, value); err != nil {
				return err
			}
			break
		}
	}
	for _, name := range args {
		if !parse.ValidName(name) {
			r.say("read: '%s': bad variable name", name)
			r.status = 1
			return errRead
		}
	}
	r.names = args
	return nil
}

func (r *reading) option(c byte, value string) (err error) {
	switch c {
	case 'p':
		r.prompt = value
	case 'n':
		r.most, err = r.number(value)
	case 'u':
		r.fd, err = r.number(value)
	case 'd':
		if r.delimiter = 0; value != "" {
			r.delimiter = value[0]
		}
	case 't':
		seconds, bad := strconv.ParseFloat(value, 64)
		if bad != nil || seconds < 0 || seconds > 1e9 {
			return r.fault("invalid timeout")
		}
		r.within = time.Duration(seconds * float64(time.Second))
	}
	return err
}

// char is what was read; plain says that a backslash stood before it.
type char struct {
	byte
	plain bool
}

// line reads up to the delimiter. It sets the status: 1 where the input ends or
// time runs out, more where a signal came.
func (r *reading) line() (line []char, err error) {
	ctx, cancel := context.WithCancel(r.ctx)
	defer cancel()
	var late <-chan time.Time
	if r.within >= 0 {
		timer := time.NewTimer(r.within)
		defer timer.Stop()
		late = timer.C
	}
	r.status = 0
	escaped := false
	for taken := 0; r.most == 0 || taken < r.most; taken++ {
		b, ended, err := r.byte(ctx, cancel, late)
		switch {
		case err != nil:
			return nil, err
		case ended:
			return line, nil
		case escaped:
			if escaped = false; b != '\n' {
				line = append(line, char{b, true})
			}
			continue
		case b == '\\' && !r.raw:
			escaped = true
			continue
		case b == r.delimiter:
			return line, nil
		case b != 0:
			line = append(line, char{b, false})
		}
		if len(line) > maxLine {
			return nil, r.fault("a line this long is not supported by the sandbox")
		}
	}
	return line, nil
}

// maxLine is how long a line for read may be.
const maxLine = 1 << 20

// byte reads one byte, unless the input ends, time runs out or a signal comes.
func (r *reading) byte(ctx context.Context, cancel func(), late <-chan time.Time) (b byte, ended bool, err error) {
	var one [1]byte
	file, got := r.files[r.fd], make(chan error, 1)
	go func() {
		_, err := file.Read(ctx, one[:])
		got <- err
	}()
	for {
		select {
		case err := <-got:
			switch {
			case err == nil:
				return one[0], false, nil
			case errors.Is(err, io.EOF):
			case r.ctx.Err() != nil:
				return 0, true, errDead
			default:
				r.say("read error: %s", reason(err, ""))
			}
			r.status = 1
			return 0, true, nil
		case <-late:
			cancel()
			r.status = 1
			return 0, true, nil
		case sig := <-r.p.Signals:
			if r.traps.note(sig); len(r.traps.pending) > 0 || r.traps.interrupted {
				cancel()
				r.status = 128 + int(sig)
				return 0, true, nil
			}
		case <-r.interrupts:
			cancel()
			r.traps.interrupted = true
			r.status = 128 + int(container.SIGINT)
			return 0, true, nil
		case <-r.ctx.Done():
			return 0, true, errDead
		}
	}
}

// assign splits what was read to the variables; the last takes the rest.
func (r *reading) assign(line []char) error {
	if len(r.names) == 0 {
		return r.shell.assign("REPLY", letters(line))
	}
	ifs, ok := r.get("IFS")
	if !ok {
		ifs = " \t\n"
	}
	separates := func(c char) bool { return !c.plain && strings.IndexByte(ifs, c.byte) >= 0 }
	blank := func(c char) bool { return separates(c) && strings.IndexByte(" \t\n", c.byte) >= 0 }
	for i, name := range r.names {
		line = trimChars(line, blank)
		var word []char
		if i < len(r.names)-1 {
			end := 0
			for end < len(line) && !separates(line[end]) {
				end++
			}
			word, line = line[:end], trimChars(line[end:], blank)
			if len(line) > 0 && separates(line[0]) && !blank(line[0]) && end < len(word)+len(line) {
				line = line[1:]
			}
		} else {
			word = lastWord(line, separates, blank)
		}
		if err := r.shell.assign(name, letters(word)); err != nil {
			return err
		}
	}
	return nil
}

func trimChars(line []char, blank func(char) bool) []char {
	for len(line) > 0 && blank(line[0]) {
		line = line[1:]
	}
	return line
}

// lastWord is the rest of a line without blanks at its end, and without its one
// separator if it is a single word.
func lastWord(line []char, separates, blank func(char) bool) []char {
	for len(line) > 0 && blank(line[len(line)-1]) {
		line = line[:len(line)-1]
	}
	if n := len(line); n > 0 && separates(line[n-1]) {
		if slices.ContainsFunc(line[:n-1], separates) {
			return line
		}
		return line[:n-1]
	}
	return line
}

func letters(line []char) string {
	var out strings.Builder
	for _, c := range line {
		out.WriteByte(c.byte)
	}
	return out.String()
}
