package redis

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// Unsupported is a program of the image that the sandbox does not support.
func Unsupported(_ context.Context, p *container.Process) int {
	// Without stderr there is nowhere to report it.
	_, _ = fmt.Fprintf(p.Stderr, "%s is not supported by the sandbox\n", path.Base(p.Args[0]))
	return 1
}

// unsupportedOptions are the options of redis-cli that are not supported.
func unsupportedOptions() []string {
	return strings.Fields("-3 -c -D -s -X --askpass --bigkeys --cacert --cacertdir --cert --cluster --cluster-mode --csv --eval --functions-rdb " +
		"--hotkeys --insecure --intrinsic-latency --json --key --latency --latency-dist --latency-history --ldb --ldb-sync-mode --lru-test " +
		"--memkeys --memkeys-samples --pipe --pipe-timeout --quoted-input --quoted-json --quoted-pattern --rdb --replica --show-pushes --sni --stat " +
		"--tls --tls-ciphers --tls-ciphersuites --verbose --help")
}

// parse takes the options up to the first word of the command.
func (c *cli) parse(args []string) error {
	repeat, pause, address := "", "", ""
	values := map[string]*string{
		"-h": &c.host, "-p": &c.port, "-a": &c.password, "--pass": &c.password, "--user": &c.user, "-n": &c.db,
		"-r": &repeat, "-i": &pause, "-u": &address, "-d": &c.delimiter, "--pattern": &c.pattern, "-t": new(string), "--count": new(string),
	}
	flags := map[string]*bool{"-x": &c.fromInput, "-e": &c.failing, "--scan": &c.scan, "--no-auth-warning": &c.quiet, "--version": &c.version, "-v": &c.version, "-2": new(bool)}
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		flag := args[0]
		args = args[1:]
		target, takes := values[flag]
		switch {
		case takes && len(args) > 0:
			*target = args[0]
			args = args[1:]
		case flags[flag] != nil:
			*flags[flag] = true
		case flag == "--raw", flag == "--no-raw":
			c.raw = flag == "--raw"
		case slices.Contains(unsupportedOptions(), flag):
			return fmt.Errorf("redis-cli %s is not supported by the sandbox", flag)
		default:
			return fmt.Errorf("Unrecognized option or bad number of args for: '%s'", flag) //nolint:staticcheck // redis-cli's own words
		}
	}
	c.command = args
	if repeat != "" {
		c.repeat, _ = strconv.Atoi(repeat) // redis-cli takes 0 too for what is no number
	}
	if seconds, err := strconv.ParseFloat(pause, 64); err == nil {
		c.pause = time.Duration(seconds * float64(time.Second))
	}
	if address != "" {
		return c.parseURI(address)
	}
	return nil
}

// parseURI reads redis://[[USER]:PASSWORD@]HOST[:PORT][/DB].
func (c *cli) parseURI(text string) error {
	u, err := url.Parse(text)
	switch {
	case err == nil && u.Scheme == "rediss":
		return errors.New("redis-cli -u rediss:// is not supported by the sandbox")
	case err != nil || u.Scheme != "redis":
		return errors.New("Invalid URI scheme") //nolint:staticcheck // redis-cli's own words
	}
	if password, ok := u.User.Password(); ok {
		c.user, c.password = u.User.Username(), password
	} else if name := u.User.Username(); name != "" {
		c.password = name
	}
	if u.Hostname() != "" {
		c.host = u.Hostname()
	}
	if u.Port() != "" {
		c.port = u.Port()
	}
	c.db = strings.TrimPrefix(u.Path, "/")
	return nil
}
