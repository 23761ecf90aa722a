package redis

import (
	"bufio"
	_ "embed"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// directives are the names that Redis knows.
//
//go:embed directives.txt
var directives string

// settings are the directives of redis.conf that the server knows.
type settings struct {
	mu     sync.Mutex
	values map[string]string
}

func defaults() *settings {
	return &settings{values: map[string]string{
		"appendonly": "no", "bind": "* -::*", "daemonize": "no", "databases": "16", "dir": "/data",
		"loglevel": "notice", "maxmemory": "0", "maxmemory-policy": "noeviction", "port": "6379",
		"protected-mode": "no", "requirepass": "", "save": "", "tcp-keepalive": "300", "timeout": "0",
	}}
}

func (s *settings) get(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.values[name]
}

func (s *settings) all() map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.values)
}

// readSettings reads the file that the first argument names and then the
// arguments themselves, which come as lines of such a file.
func readSettings(p *container.Process) (*settings, error) {
	s := defaults()
	args := p.Args[1:]
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		if err := s.readFile(p, args[0]); err != nil {
			return nil, err
		}
		args = args[1:]
	}
	for number, line := range argumentLines(args) {
		// Redis counts the arguments from 2, below a comment of its own.
		if err := s.readLine(line, number+2); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// argumentLines turns "--save a b --port 1" into "save a b" and "port 1".
func argumentLines(args []string) (lines [][]string) {
	for _, arg := range args {
		if name, ok := strings.CutPrefix(arg, "--"); ok || len(lines) == 0 {
			lines = append(lines, []string{name})
			continue
		}
		lines[len(lines)-1] = append(lines[len(lines)-1], arg)
	}
	return lines
}

func (s *settings) readFile(p *container.Process, name string) (err error) {
	if !path.IsAbs(name) {
		name = path.Join(p.Dir, name)
	}
	file, err := p.Files.OpenFile(name, os.O_RDONLY, 0)
	if err != nil {
		return fmt.Errorf("Fatal error, can't open config file '%s': No such file or directory", name) //nolint:staticcheck // Redis' own words
	}
	defer func() {
		if closing := file.Close(); err == nil {
			err = closing
		}
	}()
	lines := bufio.NewScanner(io.LimitReader(file, 1<<20))
	for number := 1; lines.Scan(); number++ {
		words := strings.Fields(lines.Text())
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		for i := range words {
			words[i] = strings.Trim(words[i], `"'`)
		}
		if err := s.readLine(words, number); err != nil {
			return err
		}
	}
	return lines.Err()
}

func (s *settings) readLine(words []string, number int) error {
	name, value := strings.ToLower(words[0]), strings.Join(words[1:], " ")
	fault := "Bad directive or wrong number of arguments"
	_, known := s.values[name]
	switch {
	case known && name == "appendonly" && value != "no", known && name == "daemonize" && value != "no":
		fault = fmt.Sprintf("%q is not supported by the sandbox's redis", name+" "+value)
	case known && len(words) > 1:
		shown, refused := accept(name, value)
		if refused == "" {
			s.values[name] = shown
			return nil
		}
		fault = refused
	case slices.Contains(strings.Fields(directives), name):
		fault = fmt.Sprintf("%q is not supported by the sandbox's redis", name)
	}
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = strconv.Quote(word)
	}
	quoted[0] = words[0]
	return fmt.Errorf("Reading the configuration file, at line %d\n>>> '%s'\n%s", number, strings.Join(quoted, " "), fault) //nolint:staticcheck // Redis' own words
}

// config is CONFIG.
func config(c *session, args []string) {
	switch sub := strings.ToLower(args[0]); sub {
	case "get":
		c.configGet(args[1:])
	case "set":
		if fault := c.server.settings.change(args[1:]); fault != "" {
			c.peer.WriteError(fault)
			return
		}
		c.peer.WriteOK()
	case "resetstat":
		c.server.resetStats()
		c.peer.WriteOK()
	default:
		c.peer.WriteError(unsupported("config " + sub))
	}
}

func (c *session) configGet(patterns []string) {
	var found []string
	for name := range c.server.settings.all() {
		if slices.ContainsFunc(patterns, func(p string) bool { return glob(strings.ToLower(p)).MatchString(name) }) {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	c.peer.WriteMapLen(len(found))
	for _, name := range found {
		c.peer.WriteBulk(name)
		c.peer.WriteBulk(c.server.settings.get(name))
	}
}

// change is CONFIG SET: all of the pairs, or none.
func (s *settings) change(pairs []string) string {
	if len(pairs)%2 != 0 {
		return arity("config|set")
	}
	fresh := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		name, value := strings.ToLower(pairs[i]), pairs[i+1]
		if _, known := s.all()[name]; !known {
			return "ERR Unknown option or number of arguments for CONFIG SET - '" + pairs[i] + "'"
		}
		failed := "ERR CONFIG SET failed (possibly related to argument '" + name + "') - "
		switch name {
		case "databases", "daemonize":
			return failed + "can't set immutable config"
		case "maxmemory", "maxmemory-policy", "requirepass", "timeout", "tcp-keepalive", "loglevel":
		default:
			return unsupported("config set " + name)
		}
		value, fault := accept(name, value)
		if fault != "" {
			return failed + fault
		}
		fresh[name] = value
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.Copy(s.values, fresh)
	return ""
}

// accept checks a value and returns it as CONFIG GET shows it.
func accept(name, value string) (shown, fault string) {
	switch name {
	case "maxmemory":
		n, err := memorySize(value)
		if err != nil {
			return "", "argument must be a memory value"
		}
		return strconv.FormatInt(n, 10), ""
	case "maxmemory-policy":
		policies := []string{"volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl", "allkeys-lru", "allkeys-lfu", "allkeys-random", "noeviction"}
		if value = strings.ToLower(value); !slices.Contains(policies, value) {
			return "", "argument(s) must be one of the following: " + strings.Join(policies, ", ")
		}
	case "loglevel":
		levels := []string{"debug", "verbose", "notice", "warning", "nothing"}
		if value = strings.ToLower(value); !slices.Contains(levels, value) {
			return "", "argument(s) must be one of the following: " + strings.Join(levels, ", ")
		}
	case "timeout", "tcp-keepalive":
		if n, err := strconv.ParseInt(value, 10, 32); err != nil {
			return "", "argument couldn't be parsed into an integer"
		} else if n < 0 {
			return "", "argument must be between 0 and 2147483647 inclusive"
		}
	}
	return value, ""
}

// memorySize reads a size of redis.conf: 100, 1k, 1kb, 2mb, 1G.
func memorySize(text string) (int64, error) {
	digits := strings.TrimRight(strings.ToLower(text), "bkmg")
	unit, ok := map[string]int64{"": 1, "b": 1, "k": 1000, "kb": 1 << 10, "m": 1_000_000, "mb": 1 << 20, "g": 1_000_000_000, "gb": 1 << 30}[strings.ToLower(text[len(digits):])]
	n, err := strconv.ParseInt(digits, 10, 64)
	if err == nil && (!ok || n < 0 || n > 1<<40) {
		err = strconv.ErrSyntax
	}
	return n * unit, err
}
