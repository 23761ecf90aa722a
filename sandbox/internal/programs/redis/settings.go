package redis

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/alicebob/miniredis/v2"
	peer "github.com/alicebob/miniredis/v2/server"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// settings are the directives of redis.conf that the server knows.
type settings map[string]string

func defaults() settings {
	return settings{
		"appendonly": "no", "bind": "* -::*", "daemonize": "no", "databases": "16", "dir": "/data",
		"loglevel": "notice", "maxmemory": "0", "maxmemory-policy": "noeviction", "port": "6379",
		"protected-mode": "no", "requirepass": "", "save": "", "tcp-keepalive": "300", "timeout": "0",
	}
}

func (s settings) get(name string) string { return s[name] }

// readSettings reads the file that the first argument names and then the
// arguments themselves, which come as lines of such a file.
func readSettings(p *container.Process) (settings, error) {
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

func (s settings) readFile(p *container.Process, name string) (err error) {
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

func (s settings) readLine(words []string, number int) error {
	name, value := strings.ToLower(words[0]), strings.Join(words[1:], " ")
	fault := "Bad directive or wrong number of arguments"
	_, known := s[name]
	switch {
	case known && name == "appendonly" && value != "no", known && name == "daemonize" && value != "no":
		fault = fmt.Sprintf("%q is not supported by the sandbox's redis", name+" "+value)
	case known && len(words) > 1:
		s[name] = value
		return nil
	}
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = strconv.Quote(word)
	}
	quoted[0] = words[0]
	return fmt.Errorf("Reading the configuration file, at line %d\n>>> '%s'\n%s", number, strings.Join(quoted, " "), fault) //nolint:staticcheck // Redis' own words
}

// register adds the commands that the store lacks: CONFIG and SHUTDOWN.
func (s *server) register(m *miniredis.Miniredis) error {
	shutdown := func(c *peer.Peer, _ string, _ []string) {
		select {
		case s.quit <- struct{}{}:
		default:
		}
		c.Close()
	}
	if err := m.Server().Register("SHUTDOWN", shutdown); err != nil {
		return fmt.Errorf("failed to register SHUTDOWN: %w", err)
	}
	if err := m.Server().Register("CONFIG", s.config); err != nil {
		return fmt.Errorf("failed to register CONFIG: %w", err)
	}
	return nil
}

// config answers CONFIG GET; the settings of a running server do not change.
func (s *server) config(c *peer.Peer, _ string, args []string) {
	if len(args) < 2 || !strings.EqualFold(args[0], "get") {
		c.WriteError("ERR CONFIG " + strings.Join(args, " ") + " is not supported by the sandbox's redis")
		return
	}
	var found []string
	for name, value := range s.settings {
		for _, pattern := range args[1:] {
			if ok, err := path.Match(strings.ToLower(pattern), name); err == nil && ok {
				found = append(found, name+"\x00"+value)
				break
			}
		}
	}
	slices.Sort(found)
	c.WriteMapLen(len(found))
	for _, pair := range found {
		name, value, _ := strings.Cut(pair, "\x00")
		c.WriteBulk(name)
		c.WriteBulk(value)
	}
}
