// Package machine gives programs of the sandbox access to this machine's own files and
// network, for learners whose machine lacks a lesson's program, such as curl. No
// container runs here.
package machine

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// Process returns a process with the environment of the learner who runs it.
func Process(args []string) (*container.Process, error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	hostname, err := os.Hostname()
	if err != nil {
		return nil, err
	}
	return &container.Process{
		Args: args, Env: os.Environ(), Dir: dir, Hostname: hostname,
		Files: files{}, Net: network{},
		Lookup: func(string) (container.Program, bool) { return nil, false },
	}, nil
}

type files struct{}

func (files) OpenFile(name string, flag int, perm fs.FileMode) (container.File, error) {
	f, err := os.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return f, nil
}
func (files) Stat(name string) (fs.FileInfo, error)      { return os.Stat(name) }
func (files) Lstat(name string) (fs.FileInfo, error)     { return os.Lstat(name) }
func (files) ReadDir(name string) ([]fs.DirEntry, error) { return os.ReadDir(name) }
func (files) Mkdir(name string, perm fs.FileMode) error  { return os.Mkdir(name, perm) }
func (files) Remove(name string) error                   { return os.Remove(name) }
func (files) RemoveAll(name string) error                { return os.RemoveAll(name) }
func (files) Rename(oldName, newName string) error       { return os.Rename(oldName, newName) }
func (files) Chmod(name string, mode fs.FileMode) error  { return os.Chmod(name, mode) }
func (files) Chown(string, container.Owner) error        { return errors.ErrUnsupported }
func (files) Chtimes(name string, modified time.Time) error {
	return os.Chtimes(name, modified, modified)
}
func (files) Readlink(name string) (string, error) { return os.Readlink(name) }
func (files) Symlink(target, name string) error    { return os.Symlink(target, name) }

type network struct{}

func (network) Listen(network, address string) (net.Listener, error) {
	return nil, &net.OpError{Op: "listen", Net: network, Err: errors.ErrUnsupported}
}

func (network) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	return new(net.Dialer).DialContext(ctx, network, address)
}

func (network) LookupHost(ctx context.Context, name string) ([]string, error) {
	return net.DefaultResolver.LookupHost(ctx, name)
}

func (network) IP() string { return "127.0.0.1" }
