// Package nginx is the sandbox's nginx image: a web server and proxy that reads
// nginx's configuration, and answers and fails as nginx does. It refuses to
// start with a directive that it does not support, and names it, so that
// nothing is silently ignored.
package nginx

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/nginx/conf"
)

//go:embed all:root
var root embed.FS

// Root returns the image's files.
func Root() fs.FS {
	files, _ := fs.Sub(root, "root") // it fails only for a malformed name
	return files
}

// New returns /usr/sbin/nginx with a version, which pages and headers show.
func New(version string) container.Program {
	return func(ctx context.Context, p *container.Process) int {
		n := &instance{p: p, version: version, variables: variables(), now: time.Now, listeners: map[string]*listening{}}
		return n.main(ctx)
	}
}

// Entrypoint is /docker-entrypoint.sh: it prints that it is ready and becomes
// the given command.
func Entrypoint(ctx context.Context, p *container.Process) int {
	if len(p.Args) < 2 {
		return 0
	}
	if name := p.Args[1]; name == "nginx" || name == "nginx-debug" {
		_, _ = io.WriteString(p.Stdout, "/docker-entrypoint.sh: Configuration complete; ready for start up\n")
	}
	program, ok := p.Lookup(p.Args[1])
	if !ok {
		_, _ = fmt.Fprintf(p.Stderr, "/docker-entrypoint.sh: exec: line 47: %s: not found\n", p.Args[1])
		return 127
	}
	command := *p
	command.Args = p.Args[1:]
	p.Become(command.Args, p.Env)
	return program(ctx, &command)
}

// options are those of nginx's command line.
type options struct {
	file, global, signal       string
	version, test, dump, quiet bool
	built                      bool
}

func parse(args []string) (o options, err error) {
	o.file = "/etc/nginx/nginx.conf"
	for len(args) > 0 {
		flag := args[0]
		args = args[1:]
		switch flag {
		case "-v":
			o.version = true
		case "-V":
			o.version, o.built = true, true
		case "-t":
			o.test = true
		case "-T":
			o.test, o.dump = true, true
		case "-q":
			o.quiet = true
		case "-c", "-g":
			if len(args) == 0 {
				return o, fmt.Errorf("option %q requires %s", flag, map[string]string{"-c": "file name", "-g": "parameter"}[flag])
			}
			*map[string]*string{"-c": &o.file, "-g": &o.global}[flag] = args[0]
			args = args[1:]
		case "-s":
			if len(args) == 0 {
				return o, errors.New(`option "-s" requires parameter`)
			}
			if o.signal = args[0]; signals()[o.signal] == 0 {
				return o, fmt.Errorf("invalid option: \"-s %s\"", o.signal)
			}
			args = args[1:]
		case "-p", "-e":
			return o, fmt.Errorf("option %q is not supported by the sandbox's nginx", flag)
		default:
			return o, fmt.Errorf("invalid option: %q", strings.TrimLeft(flag, "-"))
		}
	}
	return o, nil
}

func (n *instance) main(ctx context.Context) int {
	o, err := parse(n.p.Args[1:])
	if err != nil {
		n.say("nginx: %v\n", err)
		return 1
	}
	if o.version {
		n.say("nginx version: nginx/%s\n", n.version)
		if o.built {
			n.say("built for the sandbox\nTLS SNI support disabled\nconfigure arguments:\n")
		}
		return 0
	}
	read, config, err := n.load(ctx, o)
	if err != nil {
		n.emerg(err)
		if o.test {
			n.say("nginx: configuration file %s test failed\n", o.file)
		}
		return 1
	}
	if o.test {
		n.report(o, read)
		return 0
	}
	if o.signal != "" {
		return n.send(o.signal, config)
	}
	return n.serve(ctx, o, config)
}

// load reads and interprets the configuration.
func (n *instance) load(ctx context.Context, o options) (*conf.Config, *config, error) {
	files := &reader{p: n.p}
	global, err := conf.ParseGlobal(files, o.global)
	if err != nil {
		return nil, nil, err
	}
	read, err := conf.Parse(files, o.file)
	if err != nil {
		return nil, nil, err
	}
	for _, g := range global {
		for _, d := range read.Directives {
			if g.Name == d.Name && g.Name != "error_log" {
				return nil, nil, d.Faultf("%q directive is duplicate", d.Name)
			}
		}
	}
	config, err := build(ctx, n.p.Net, append(global, read.Directives...))
	return read, config, err
}

// report is what -t and -T print.
func (n *instance) report(o options, read *conf.Config) {
	if !o.quiet {
		n.say("nginx: the configuration file %s syntax is ok\n", o.file)
		n.say("nginx: configuration file %s test is successful\n", o.file)
	}
	for _, source := range read.Sources {
		if o.dump {
			_, _ = fmt.Fprintf(n.p.Stdout, "# configuration file %s:\n%s\n", source.Name, source.Text)
		}
	}
}

// say writes to stderr, if the container has one.
func (n *instance) say(format string, args ...any) { _, _ = fmt.Fprintf(n.p.Stderr, format, args...) }

// emerg reports why nginx does not start: once to its log and once to stderr.
func (n *instance) emerg(err error) {
	n.say("%s [emerg] 1#1: %v\n", n.now().UTC().Format(logTime), err)
	n.say("nginx: [emerg] %v\n", err)
}

// reader reads the configuration's files, which nginx keeps.
type reader struct {
	p    *container.Process
	kept int64
}

func (r *reader) ReadDir(name string) ([]fs.DirEntry, error) { return r.p.Files.ReadDir(name) }

func (r *reader) ReadFile(name string) (data []byte, err error) {
	file, err := r.p.Files.OpenFile(name, os.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	data, err = r.p.ReadAll(file, r.kept)
	r.kept += int64(len(data))
	return data, err
}
