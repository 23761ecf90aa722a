// Package tools is the small commands of the sandbox's images, with the flags
// and the words of busybox.
package tools

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// Programs returns the commands by their paths.
func Programs() map[string]container.Program {
	programs := map[string]container.Program{}
	for dir, commands := range map[string]map[string]func(*command) int{"/bin/": bin(), "/sbin/": sbin(), "/usr/bin/": usr()} {
		for name, run := range commands {
			programs[dir+name] = program(name, run)
		}
	}
	return programs
}

func bin() map[string]func(*command) int {
	return map[string]func(*command) int{
		"ls": ls, "cat": cat, "touch": touch, "rm": rm, "mkdir": mkdir, "mv": mv, "cp": cp, "rmdir": rmdir, "ln": ln,
		"chmod": chmod, "chown": chown, "chgrp": chown, "date": date, "hostname": hostname, "kill": kill, "ps": ps, "pwd": pwd,
		"sleep": sleep, "usleep": sleep, "uname": uname, "arch": uname, "grep": grep, "egrep": grep, "fgrep": grep, "echo": echo,
		"true": func(*command) int { return 0 }, "false": func(*command) int { return 1 }, "sync": func(*command) int { return 0 },
		"tar": archive, "gzip": zipped, "gunzip": zipped, "zcat": zipped, "dd": dd, "stat": stat, "sed": sed, "base64": base64Code,
		"ping": ping, "stty": stty, "printenv": printenv, "more": more, "mktemp": mktemp, "netstat": unknown, "df": unknown,
		"mount": unknown, "umount": unknown, "dmesg": unknown, "vi": vi, "watch": watch,
	}
}

func sbin() map[string]func(*command) int {
	return map[string]func(*command) int{"ifconfig": ifconfig, "ip": ip, "route": unknown, "sysctl": unknown, "arp": unknown}
}

func usr() map[string]func(*command) int {
	return map[string]func(*command) int{
		"env": env, "head": head, "id": id, "groups": groups, "seq": seq, "sort": sortLines, "tail": tail, "tee": tee,
		"uniq": uniq, "wc": wc, "which": which, "whoami": whoami, "awk": awk, "basename": basename, "dirname": dirname,
		"clear": clearScreen, "reset": clearScreen, "cut": cut, "diff": diff, "cmp": diff, "du": du, "expr": expr, "find": find,
		"free": unknown, "hexdump": hexdump, "od": hexdump, "killall": killall, "pkill": pkill, "pgrep": pgrep, "pidof": pidof,
		"less": more, "md5sum": sum, "sha1sum": sum, "sha256sum": sum, "sha512sum": sum, "nc": nc, "nl": nl, "nohup": nohup,
		"nproc": nproc, "readlink": readlink, "realpath": realpath, "rev": rev, "tac": tac, "telnet": telnet, "time": timed,
		"timeout": timeout, "top": top, "tr": tr, "truncate": truncate, "tty": ttyName, "uptime": uptime, "xargs": xargs,
		"yes": yes, "traceroute": unknown, "unlink": rm,
	}
}

// awk is a language of its own.
func awk(c *command) int {
	return c.fail("not supported by the sandbox; cut -d ' ' -f 2 takes a field out of lines, sed -n '/TEXT/p' chooses lines")
}

// vi would need a screen of its own.
func vi(c *command) int {
	return c.fail("not supported by the sandbox; change a file with sed -i, or from outside with kubectl cp")
}

// command is one run of a command.
type command struct {
	*container.Process
	ctx  context.Context
	name string
	// flags holds the options that were given, rest the other arguments.
	flags map[byte]string
	rest  []string
	// kept is how many bytes it keeps of what it read.
	kept int64
}

func program(name string, run func(*command) int) container.Program {
	return func(ctx context.Context, p *container.Process) int {
		return run(&command{Process: p, ctx: ctx, name: name, flags: map[byte]string{}, rest: p.Args[1:]})
	}
}

// fail says what went wrong and returns 1.
func (c *command) fail(format string, args ...any) int {
	// Where stderr is gone there is nobody to tell.
	_, _ = fmt.Fprintf(c.Stderr, c.name+": "+format+"\n", args...)
	return 1
}

// printf writes to stdout and reports whether someone still takes it.
func (c *command) printf(format string, args ...any) bool {
	_, err := fmt.Fprintf(c.Stdout, format, args...)
	return err == nil
}

// parse takes the options off the arguments. A letter with a colon behind it
// takes a value.
func (c *command) parse(spec string) bool {
	args := c.rest
	c.rest = nil
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		switch {
		case arg == "--":
			c.rest = append(c.rest, args...)
			return true
		case len(arg) < 2 || arg[0] != '-':
			c.rest = append(c.rest, arg)
			continue
		}
		for i := 1; i < len(arg); i++ {
			at := strings.IndexByte(spec, arg[i])
			switch {
			case at < 0 || arg[i] == ':':
				c.fail("unrecognized option: %s", strings.TrimLeft(arg[i:], "-"))
				return false
			case at+1 == len(spec) || spec[at+1] != ':':
				c.flags[arg[i]] = "yes"
				continue
			case i+1 < len(arg):
				c.flags[arg[i]] = arg[i+1:]
			case len(args) > 0:
				c.flags[arg[i]], args = args[0], args[1:]
			default:
				c.fail("option requires an argument: %c", arg[i])
				return false
			}
			break
		}
	}
	return true
}

// has reports whether an option was given.
func (c *command) has(flag byte) bool { return c.flags[flag] != "" }

// path makes a name absolute.
func (c *command) path(name string) string {
	if path.IsAbs(name) {
		return path.Clean(name)
	}
	return path.Join(c.Dir, name)
}

// open opens a file to read; "-" and no name are stdin.
func (c *command) open(name string) (io.ReadCloser, error) {
	switch name {
	case "-", "/dev/stdin":
		return io.NopCloser(input{c.ctx, c.Stdin}), nil
	case "/dev/null":
		return io.NopCloser(strings.NewReader("")), nil
	}
	file, err := c.Files.OpenFile(c.path(name), os.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	if info, err := file.Stat(); err == nil && info.IsDir() {
		return nil, errors.Join(&fs.PathError{Op: "read", Path: name, Err: syscall.EISDIR}, file.Close())
	}
	return file, nil
}

// each opens the files one after the other, stdin when there are none. What
// cannot be opened is said in the given words and makes the code 1.
func (c *command) each(words string, use func(name string, r io.Reader) error) (code int) {
	names := c.rest
	if len(names) == 0 {
		names = []string{"-"}
	}
	for _, name := range names {
		r, err := c.open(name)
		if err != nil {
			code = c.fail(words, name, reason(err))
			continue
		}
		if err := errors.Join(use(name, r), r.Close()); err != nil && !quiet(err) {
			code = c.fail("%s", reason(err))
		}
	}
	return code
}

// quiet is an end that needs no words: the reader of a pipe went away.
func quiet(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, io.ErrClosedPipe) || errors.Is(err, context.Canceled)
}

// input is a stream whose reading ends with the context.
type input struct {
	ctx context.Context
	r   io.Reader
}

func (in input) Read(p []byte) (int, error) {
	type result struct {
		data []byte
		err  error
	}
	done := make(chan result, 1)
	go func() {
		buf := make([]byte, len(p))
		n, err := in.r.Read(buf)
		done <- result{buf[:n], err}
	}()
	select {
	case r := <-done:
		return copy(p, r.data), r.err
	case <-in.ctx.Done():
		return 0, in.ctx.Err()
	}
}

// reason is an error as the C library says it.
func reason(err error) string {
	known := []struct {
		err  error
		text string
	}{
		{fs.ErrNotExist, "No such file or directory"},
		{fs.ErrExist, "File exists"},
		{syscall.EPERM, "Operation not permitted"},
		{fs.ErrPermission, "Permission denied"},
		{syscall.EROFS, "Read-only file system"},
		{syscall.EISDIR, "Is a directory"},
		{syscall.ENOTDIR, "Not a directory"},
		{syscall.ENOTEMPTY, "Directory not empty"},
		{syscall.ENOSPC, "No space left on device"},
		{syscall.EBUSY, "Resource busy"},
		{syscall.EFBIG, "File too large"},
		{syscall.ELOOP, "Symbolic link loop"},
	}
	for _, k := range known {
		if errors.Is(err, k.err) {
			return k.text
		}
	}
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err.Error()
	}
	return err.Error()
}

// names returns the names in a folder, in order.
func (c *command) names(dir string) ([]string, error) {
	entries, err := c.Files.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(entries))
	for i, entry := range entries {
		names[i] = entry.Name()
	}
	slices.Sort(names)
	return names, nil
}
