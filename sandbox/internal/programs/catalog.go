// Package programs is what the sandbox can run: its images and the programs in
// them. An image of this list has the name and the tags of a public one, its
// entrypoint and the files that lessons look at; its programs are Go functions
// that answer, log and fail like the real ones. None of them touches the
// machine: files, network and streams are the container's.
package programs

import (
	"context"
	"embed"
	"io"
	"io/fs"
	"maps"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/fetch"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/nginx"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/redis"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/shell"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/tools"
)

//go:embed all:roots
var roots embed.FS

// searchPath is the PATH of every image.
const searchPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// Catalog lists all images. A name appears more than once if its tags differ in
// more than their name.
func Catalog() container.Catalog {
	return append(container.Catalog{
		nginxImage("1.29.3", "1.29-alpine", "alpine", "latest"),
		nginxImage("1.28.0", "1.28-alpine", "stable-alpine"),
		nginxImage("1.27.5", "1.27-alpine"),
		redisImage("8.2.3", "8-alpine", "alpine", "latest"),
		redisImage("7.4.7", "7.4-alpine", "7-alpine"),
		busyboxImage(),
		curlImage(),
	}, lessonImages()...)
}

func nginxImage(version string, tags ...string) container.Image {
	return container.Image{
		Name: "nginx", Tags: tags, Root: nginx.Root(), Ports: []int32{80},
		Links:      map[string]string{"/var/log/nginx/access.log": "/dev/stdout", "/var/log/nginx/error.log": "/dev/stderr"},
		Entrypoint: []string{"/docker-entrypoint.sh"},
		Cmd:        []string{"nginx", "-g", "daemon off;"},
		Env:        []string{searchPath, "NGINX_VERSION=" + version},
		Programs: with(map[string]container.Program{
			"/docker-entrypoint.sh": nginx.Entrypoint,
			"/usr/sbin/nginx":       nginx.New(version),
			"/usr/bin/curl":         fetch.Curl,
		}),
	}
}

func redisImage(version string, tags ...string) container.Image {
	return container.Image{
		Name: "redis", Tags: tags, Root: redis.Root(), Ports: []int32{6379},
		Owned:      map[string]container.Owner{"/data": {UID: 999, GID: 1000}},
		Entrypoint: []string{"docker-entrypoint.sh"},
		Cmd:        []string{"redis-server"},
		Env:        []string{searchPath, "REDIS_VERSION=" + version},
		WorkingDir: "/data",
		Programs: with(map[string]container.Program{
			"/usr/local/bin/docker-entrypoint.sh": entrypoint("redis-server"),
			"/usr/local/bin/redis-server":         redis.Server(version),
			"/usr/local/bin/redis-cli":            redis.CLI(version),
			"/usr/local/bin/redis-benchmark":      redis.Unsupported,
			"/usr/local/bin/redis-check-aof":      redis.Unsupported,
			"/usr/local/bin/redis-check-rdb":      redis.Unsupported,
			"/usr/local/bin/redis-sentinel":       redis.Unsupported,
		}),
	}
}

func busyboxImage() container.Image {
	return container.Image{
		Name: "busybox", Tags: []string{"1.37", "1.36", "stable", "latest"}, Root: root("busybox"),
		Cmd:      []string{"sh"},
		Env:      []string{searchPath},
		Programs: with(nil),
	}
}

func curlImage() container.Image {
	return container.Image{
		Name: "curlimages/curl", Tags: []string{"8.17.0", "latest"}, Root: root("curl"), User: 100, UserName: "curl_user",
		Owned:      map[string]container.Owner{"/home/curl_user": {UID: 100, GID: 101}},
		Entrypoint: []string{"/entrypoint.sh"},
		Cmd:        []string{"curl"},
		Env:        []string{searchPath},
		WorkingDir: "/home/curl_user",
		Programs:   with(map[string]container.Program{"/entrypoint.sh": entrypoint("curl"), "/usr/bin/curl": fetch.Curl}),
	}
}

func root(name string) fs.FS {
	files, _ := fs.Sub(roots, "roots/"+name) // it fails only for a malformed name
	return files
}

// with adds what every public image has: the shell and the small commands.
func with(own map[string]container.Program) map[string]container.Program {
	all := map[string]container.Program{
		"/bin/sh": shell.Sh, "/bin/ash": shell.Sh,
		"/usr/bin/test": builtin("test"), "/usr/bin/[": builtin("["), "/bin/busybox": busybox,
	}
	for _, programs := range []map[string]container.Program{tools.Programs(), fetch.Programs(), own} {
		maps.Copy(all, programs)
	}
	return all
}

// builtin is a command that the shell has built in, as a program.
func builtin(name string) container.Program {
	return func(ctx context.Context, p *container.Process) int {
		inner := *p
		inner.Args = append([]string{"sh", "-c", name + ` "$@"`, name}, p.Args[1:]...)
		return shell.Sh(ctx, &inner)
	}
}

// busybox runs one of its commands: "busybox NAME [ARG]...".
func busybox(ctx context.Context, p *container.Process) int {
	if len(p.Args) < 2 {
		// Without stdout there is nowhere to report it.
		_, _ = io.WriteString(p.Stdout, "BusyBox v1.36.1 (sandbox) multi-call binary.\n\nUsage: busybox [function [arguments]...]\n")
		return 0
	}
	program, ok := p.Lookup(p.Args[1])
	if !ok {
		_, _ = io.WriteString(p.Stderr, p.Args[1]+": applet not found\n") // as above
		return 127
	}
	inner := *p
	inner.Args = p.Args[1:]
	p.Become(inner.Args, p.Env)
	return program(ctx, &inner)
}
