package container

import (
	"crypto/rand"
	"io"
	"io/fs"
	"syscall"
	"time"
)

// devices are the device files in /dev.
func devices() map[string]device {
	nothing := func([]byte) (int, error) { return 0, io.EOF }
	zeros := func(p []byte) (int, error) {
		clear(p)
		return len(p), nil
	}
	return map[string]device{
		"/dev/null":    {name: "null", read: nothing},
		"/dev/zero":    {name: "zero", read: zeros},
		"/dev/full":    {name: "full", read: zeros, fault: syscall.ENOSPC},
		"/dev/random":  {name: "random", read: rand.Read},
		"/dev/urandom": {name: "urandom", read: rand.Read},
	}
}

// device is an open device and its description.
type device struct {
	name  string
	read  func([]byte) (int, error)
	fault error
}

func (d device) Read(p []byte) (int, error) { return d.read(p) }

func (d device) Write(p []byte) (int, error) {
	if d.fault != nil {
		return 0, &fs.PathError{Op: "write", Path: "/dev/" + d.name, Err: d.fault}
	}
	return len(p), nil
}

func (device) Seek(int64, int) (int64, error) { return 0, nil }
func (device) Close() error                   { return nil }
func (d device) Stat() (fs.FileInfo, error)   { return d, nil }
func (d device) Name() string                 { return d.name }
func (device) Size() int64                    { return 0 }
func (device) Mode() fs.FileMode              { return fs.ModeDevice | fs.ModeCharDevice | 0o666 }
func (device) ModTime() time.Time             { return time.Time{} }
func (device) IsDir() bool                    { return false }
func (device) Sys() any                       { return Owner{} }
