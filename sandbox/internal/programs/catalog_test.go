package programs

import (
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-learn/kubectl-learn/images"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/programtest"
)

func find(t *testing.T, name, tag string) container.Image {
	t.Helper()
	for _, image := range Catalog() {
		if image.Name == name && slices.Contains(image.Tags, tag) {
			return image
		}
	}
	t.Fatalf("no image %s:%s", name, tag)
	return container.Image{}
}

// run starts a container as a runtime does: the image's own command, or
// another one after its entrypoint.
func run(t *testing.T, network *programtest.Network, ip string, image container.Image, files map[string]string, args ...string) (*programtest.Container, <-chan int) {
	t.Helper()
	if len(args) == 0 {
		args = image.Cmd
	}
	c := programtest.New(t, image.Root, files, network, ip, append(slices.Clone(image.Entrypoint), args...)...)
	c.Env = image.Env
	c.Lookup = func(name string) (container.Program, bool) {
		for _, dir := range []string{"", "/usr/local/bin/", "/usr/sbin/", "/usr/bin/", "/bin/"} {
			if program, ok := image.Programs[dir+name]; ok {
				return program, true
			}
		}
		return nil, false
	}
	program, ok := c.Lookup(c.Args[0])
	if !ok {
		t.Fatalf("%s has no %s", image.Name, c.Args[0])
	}
	return c, programtest.Start(t, program, c)
}

func TestCatalog(t *testing.T) {
	seen := map[string]bool{}
	for _, image := range Catalog() {
		for _, tag := range image.Tags {
			if seen[image.Name+":"+tag] {
				t.Errorf("%s:%s stands twice", image.Name, tag)
			}
			seen[image.Name+":"+tag] = true
		}
		if image.User == images.User {
			if len(image.Programs) != 2 || image.Programs[images.Program] == nil || image.Programs[images.Env] == nil {
				t.Errorf("%s has other programs than its own: %v", image.Name, slices.Sorted(maps.Keys(image.Programs)))
			}
			continue
		}
		if _, err := fs.Stat(image.Root, "etc/passwd"); err != nil {
			t.Errorf("%s: %v", image.Name, err)
		}
		if image.Programs["/bin/sh"] == nil || image.Programs["/bin/ls"] == nil {
			t.Errorf("%s has no shell", image.Name)
		}
	}
	for _, image := range images.All() {
		if !seen[image.Ref()] {
			t.Errorf("no image %s", image.Ref())
		}
	}
	for _, want := range []string{
		"nginx:latest", "nginx:alpine", "nginx:stable-alpine", "nginx:1.27-alpine", "nginx:1.28-alpine", "nginx:1.29-alpine",
		"redis:latest", "redis:alpine", "redis:7-alpine", "redis:7.4-alpine", "redis:8-alpine",
		"busybox:latest", "busybox:stable", "busybox:1.36", "busybox:1.37", "curlimages/curl:latest", "curlimages/curl:8.17.0",
	} {
		if !seen[want] {
			t.Errorf("no image %s", want)
		}
	}
}

// The manifests of the lesson in short: nginx in front of the app, which
// counts in Redis; the whole page goes through all three programs.
func TestPageThroughAllPrograms(t *testing.T) {
	network := programtest.NewNetwork(map[string][]string{
		"docker2istio-redis": {"10.244.0.11"}, "docker2istio-app": {"10.244.0.12"}, "docker2istio-nginx": {"10.244.0.13"},
	})
	redis, redisExit := run(t, network, "10.244.0.11", find(t, "redis", "8-alpine"), nil)
	app, appExit := run(t, network, "10.244.0.12", find(t, "laravelapp", "0.0.3"), nil)
	nginx, nginxExit := run(t, network, "10.244.0.13", find(t, "nginx", "1.28-alpine"), map[string]string{
		"/etc/nginx/conf.d/default.conf": `
upstream laravelapp {
    server docker2istio-app:8080;
}
server {
    listen       80;
    server_name  localhost;
    root /usr/share/nginx/html;
    location / {
        proxy_pass http://laravelapp;
        proxy_set_header X-Real-IP $remote_addr;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header Host $host;
        proxy_redirect off;
    }
}`,
	})
	for _, address := range []string{"10.244.0.11:6379", "10.244.0.12:8080", "10.244.0.13:80"} {
		network.WaitFor(address)
	}
	const visit = "curl -s http://docker2istio-nginx/; wget -qO- 'http://docker2istio-nginx/?lang=zh'; curl -sI http://docker2istio-nginx | grep -iE '^(server|x-app)'"
	client, done := run(t, network, "10.244.0.14", find(t, "curlimages/curl", "latest"), nil, "sh", "-c", visit)
	if code := <-done; code != 0 {
		t.Errorf("exit code = %d: %s", code, client.Err)
	}
	want := "Hello World by 10.244.0.12 from 127.0.0.1! This page has been visited 1 time. (version 0.0.3)\n" +
		"Hello World by 10.244.0.12 from 127.0.0.1 ! 该页面已被访问 2 次。（版本 0.0.3）\n" +
		"Server: nginx/1.28.0\r\nX-App-Version: 0.0.3\r\n"
	if diff := cmp.Diff(want, client.Out.String()); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}

	redis.Send(container.SIGTERM)
	if code := <-redisExit; code != 0 {
		t.Errorf("redis: exit code = %d", code)
	}
	client, done = run(t, network, "10.244.0.14", find(t, "curlimages/curl", "8.17.0"), nil, "-sS", "-w", "%{http_code}", "http://docker2istio-nginx/")
	<-done
	if got := client.Out.String(); !strings.HasSuffix(got, "\n500") || !strings.Contains(got, "docker2istio-redis:6379") {
		t.Errorf("page without redis = %q", got)
	}
	app.Send(container.SIGTERM)
	if code := <-appExit; code != 0 {
		t.Errorf("app: exit code = %d", code)
	}
	nginx.Send(container.SIGQUIT)
	if code := <-nginxExit; code != 0 {
		t.Errorf("nginx: exit code = %d", code)
	}
}

func TestEntrypoints(t *testing.T) {
	network := programtest.NewNetwork(nil)
	for _, tt := range []struct {
		image, tag, out string
		args            []string
		code            int
	}{
		{"redis", "latest", "hi\n", []string{"echo", "hi"}, 0},
		{"nginx", "latest", "hi\n", []string{"sh", "-c", "echo hi"}, 0},
		{"busybox", "latest", "", []string{"false"}, 1},
		{"nginx", "latest", "", []string{"nano"}, 127},
		{"curlimages/curl", "latest", "curl 8.17.0 (sandbox)\nProtocols: http https\nFeatures: libz\n", []string{"--version"}, 0},
	} {
		c, exit := run(t, network, "10.244.0.20", find(t, tt.image, tt.tag), nil, tt.args...)
		if code := <-exit; code != tt.code || c.Out.String() != tt.out {
			t.Errorf("%s %q: exit %d, output %q, errors %q", tt.image, tt.args, code, c.Out, c.Err)
		}
	}
}
