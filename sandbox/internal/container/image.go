package container

import (
	"io/fs"
	"time"
)

// Image is a program with the small root file system that it expects.
type Image struct {
	// Name is the repository without registry or tag: "nginx", "redis",
	// "curlimages/curl", as Docker Hub's short names go.
	Name string
	// Tags are the tags that the sandbox has, the most specific first. "latest"
	// is there only when it is listed.
	Tags []string
	// Entrypoint and Cmd are the image's defaults, as in its Dockerfile.
	Entrypoint, Cmd []string
	// Env is the image's environment, NAME=value.
	Env []string
	// WorkingDir is "/" when empty.
	WorkingDir string
	// User is the numeric user id that the image runs as.
	User int64
	// UserName is the image's name for that user, if it doesn't use a number.
	UserName string
	// Owned are the owners of files that aren't root's, by absolute path.
	Owned map[string]Owner
	// Ports are the ports that the image exposes; only for show.
	Ports []int32
	// Root holds the image's files; paths as in io/fs ("etc/nginx/nginx.conf").
	Root fs.FS
	// Links are the image's symbolic links, by absolute path.
	Links map[string]string
	// Programs are the executables of the image by absolute path
	// ("/usr/sbin/nginx"). A program can have several paths, with an entry for
	// each.
	Programs map[string]Program
}

// Size is how many bytes the files of the image's root hold. Its programs are
// part of the sandbox and count nothing.
func (i *Image) Size() int64 {
	if i.Root == nil {
		return 0
	}
	var sum int64
	// Unreadable files count nothing; Unpack reports them.
	_ = fs.WalkDir(i.Root, ".", func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			sum += info.Size()
		}
		return err
	})
	return sum
}

// Catalog is every image that the sandbox has.
type Catalog []Image

// Files is a container's file tree. Paths are absolute and slash-separated; the
// errors are those of package os (fs.ErrNotExist, fs.ErrPermission; EROFS for
// read-only volumes).
type Files interface {
	// OpenFile takes the flags of os.OpenFile.
	OpenFile(name string, flag int, perm fs.FileMode) (File, error)
	Stat(name string) (fs.FileInfo, error)
	ReadDir(name string) ([]fs.DirEntry, error)
	Mkdir(name string, perm fs.FileMode) error
	Remove(name string) error
	RemoveAll(name string) error
	Rename(oldName, newName string) error
	Chmod(name string, mode fs.FileMode) error
	Chown(name string, owner Owner) error
	Chtimes(name string, modified time.Time) error
	// Lstat, Readlink and Symlink see symbolic links themselves; all others
	// follow them.
	Lstat(name string) (fs.FileInfo, error)
	Readlink(name string) (string, error)
	Symlink(target, name string) error
}

// File is an open file.
type File interface {
	fs.File
	Write(p []byte) (int, error)
	Seek(offset int64, whence int) (int64, error)
}
