package attack

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"text/template"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// attack is one thing that a pod tries.
type attack struct {
	// name is unique: its file, and its line or its own name.
	name string
	// crash is why the nodes may go down over it; "" where they may not.
	crash string
	// wait is how long it may go on.
	wait time.Duration
	// pod is the pod that it needs, or that it is; config the text that is mounted
	// into it, by file name.
	pod    corev1.PodSpec
	config map[string]string
	// exec are the commands that run once the pod is up, stdin what the first one
	// reads, and get the paths that are asked of its port 80.
	exec  [][]string
	stdin []byte
	get   []string
}

// usual is how long an attack goes on that does not say.
const usual = 700 * time.Millisecond

// words are what an attack's text can name: "{{repeat 9 "x"}}" and the folder of
// the machine where the secrets are, "{{dir}}".
func words(dir string) template.FuncMap {
	return template.FuncMap{
		"repeat": func(n int, s string) string { return strings.Repeat(s, n) },
		"dir":    func() string { return dir },
		"count": func(n int) []int { // for range, which older templates lack
			return make([]int, n)
		},
	}
}

func fill(text, dir string) (string, error) {
	t, err := template.New("").Funcs(words(dir)).Parse(text)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	if err := t.Execute(&out, nil); err != nil {
		return "", err
	}
	return out.String(), nil
}

// load reads all of testdata. Dir is a folder of the machine that attacks name.
func load(dir string) ([]attack, error) {
	files, err := filepath.Glob("testdata/*.*")
	if err != nil {
		return nil, err
	}
	var all []attack
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		name, ext, _ := strings.Cut(filepath.Base(file), ".")
		var some []attack
		switch ext {
		case "txt":
			some, err = commands(name, string(raw), dir)
		case "yaml":
			some, err = documents(name, raw, dir)
		default:
			err = errors.New("nothing reads such a file")
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		all = append(all, some...)
	}
	return all, nil
}

// commands reads lines that are commands for sh. "@ IMAGE KEY=VALUE…" says where
// the lines below it run, "! REASON" that the next one may take the nodes down. A
// line with "|" at its beginning is sh's input instead of its argument.
func commands(file, text, dir string) ([]attack, error) {
	var all []attack
	base, crash := attack{}, ""
	for i, line := range strings.Split(text, "\n") {
		at := fmt.Sprintf("%s:%d", file, i+1)
		switch {
		case strings.HasPrefix(line, "#"), line == "":
			continue
		case strings.HasPrefix(line, "@ "):
			var err error
			if base, err = place(strings.Fields(line[2:])); err != nil {
				return nil, fmt.Errorf("%s: %w", at, err)
			}
			continue
		case strings.HasPrefix(line, "! "):
			crash = line[2:]
			continue
		}
		script, err := fill(line, dir)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", at, err)
		}
		a := base
		a.name, a.crash, crash = at+" "+short(line), crash, ""
		a.exec = [][]string{{"sh", "-c", script}}
		if fed, ok := strings.CutPrefix(script, "|"); ok {
			a.exec, a.stdin = [][]string{{"sh"}}, []byte(fed)
		}
		all = append(all, a)
	}
	return all, nil
}

// short is as much of a line as a report has room for.
func short(line string) string {
	const most = 60
	if r := []rune(line); len(r) > most {
		return string(r[:most]) + "…"
	}
	return line
}

// place is the pod of the commands below a "@" line.
func place(fields []string) (attack, error) {
	if len(fields) == 0 {
		return attack{}, errors.New("which image?")
	}
	c := corev1.Container{Name: "c", Image: fields[0], Resources: corev1.ResourceRequirements{Limits: corev1.ResourceList{
		corev1.ResourceEphemeralStorage: resource.MustParse("64Mi"), // of the machine that this runs on
	}}}
	if name, _, _ := strings.Cut(fields[0], ":"); name == "busybox" || name == "curlimages/curl" {
		c.Command = []string{"sleep", "3600"}
	}
	a := attack{wait: usual}
	for _, field := range fields[1:] {
		key, value, _ := strings.Cut(field, "=")
		var err error
		switch key {
		case "wait":
			a.wait, err = time.ParseDuration(value)
		case "user":
			user := new(int64)
			_, err = fmt.Sscan(value, user)
			c.SecurityContext = &corev1.SecurityContext{RunAsUser: user}
		case "memory":
			c.Resources.Limits[corev1.ResourceMemory], err = resource.ParseQuantity(value)
		case "disk":
			if delete(c.Resources.Limits, corev1.ResourceEphemeralStorage); value != "none" {
				c.Resources.Limits[corev1.ResourceEphemeralStorage], err = resource.ParseQuantity(value)
			}
		case "arg":
			c.Args = append(c.Args, value)
		default:
			err = errors.New("it is not known")
		}
		if err != nil {
			return a, fmt.Errorf("%q: %w", field, err)
		}
	}
	a.pod = corev1.PodSpec{Containers: []corev1.Container{c}}
	return a, nil
}

// document is an attack of a YAML file.
type document struct {
	Name  string `json:"name"`
	Crash string `json:"crash"`
	Wait  string `json:"wait"`
	// Pod is a whole pod's spec. Config are files for it, by their names, which it
	// mounts as the ConfigMap "attack".
	Pod    *corev1.PodSpec   `json:"pod"`
	Config map[string]string `json:"config"`
	// Nginx is a whole nginx.conf, Server the content of its http block, and Get
	// the paths to request.
	Nginx  string   `json:"nginx"`
	Server string   `json:"server"`
	Get    []string `json:"get"`
	// Archive is fed to tar, or to Command.
	Archive []entry  `json:"archive"`
	Gzip    bool     `json:"gzip"`
	Raw     []byte   `json:"raw"`
	Command []string `json:"command"`
}

func documents(file string, raw []byte, dir string) ([]attack, error) {
	var all []attack
	from := utilyaml.NewYAMLReader(newReader(raw))
	for {
		text, err := from.Read()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		filled, err := fill(string(text), dir)
		if err != nil {
			return nil, fmt.Errorf("after %d documents: %w", len(all), err)
		}
		if len(bytes.TrimSpace([]byte(filled))) == 0 {
			continue
		}
		var d document
		if err := yaml.UnmarshalStrict([]byte(filled), &d); err != nil {
			return nil, fmt.Errorf("after %d documents: %w", len(all), err)
		}
		a, err := d.attack(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", d.Name, err)
		}
		all = append(all, a)
	}
}

func (d document) attack(file string) (attack, error) {
	a := attack{name: file + ":" + d.Name, crash: d.Crash, wait: usual, get: d.Get, config: d.Config}
	var err error
	if d.Wait != "" {
		a.wait, err = time.ParseDuration(d.Wait)
	}
	if d.Server != "" {
		d.Nginx = "events {}\nhttp {\n" + d.Server + "\n}\n"
	}
	switch {
	case d.Name == "":
		err = errors.Join(err, errors.New("it has no name"))
	case d.Pod != nil:
		a.pod = *d.Pod
	case d.Nginx != "":
		if d.Command != nil {
			a.exec = [][]string{d.Command}
		}
		a.config = map[string]string{"nginx.conf": d.Nginx}
		a.pod = nginxPod()
	case d.Archive != nil || d.Raw != nil:
		base, err := place([]string{"busybox:1.37"})
		if err != nil {
			return a, err
		}
		a.pod = base.pod
		if a.stdin, err = archive(d); err != nil {
			return a, err
		}
		if d.Command == nil {
			d.Command = []string{"sh", "-c", "mkdir /tmp/in; tar xmf - -C /tmp/in"}
		}
		a.exec = [][]string{d.Command, {"sh", "-c", "find /tmp | head -n 40; cat /tmp/in/* | head -c 4000"}}
	default:
		err = errors.Join(err, errors.New("it has neither a pod, an nginx, an archive nor a raw one"))
	}
	return a, err
}

func nginxPod() corev1.PodSpec {
	return corev1.PodSpec{
		Containers: []corev1.Container{{
			Name: "c", Image: "nginx:1.28-alpine",
			VolumeMounts: []corev1.VolumeMount{{Name: "attack", MountPath: "/etc/nginx/nginx.conf", SubPath: "nginx.conf"}},
		}},
		Volumes: []corev1.Volume{{Name: "attack", VolumeSource: corev1.VolumeSource{
			ConfigMap: &corev1.ConfigMapVolumeSource{LocalObjectReference: corev1.LocalObjectReference{Name: "attack"}},
		}}},
	}
}

// The suite is large enough, each attack has a name of its own, and one that may
// take the nodes down says why.
func TestCases(t *testing.T) {
	all, err := load(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	const least = 150
	if len(all) < least {
		t.Errorf("%d attacks, want at least %d", len(all), least)
	}
	names := map[string]bool{}
	for _, a := range all {
		if names[a.name] {
			t.Errorf("two attacks are called %q", a.name)
		}
		names[a.name] = true
		if a.crash != "" && len(strings.Fields(a.crash)) < 3 {
			t.Errorf("%s may take the nodes down, and %q says too little why", a.name, a.crash)
		}
		if len(a.pod.Containers) == 0 && len(a.pod.InitContainers) == 0 {
			t.Errorf("%s has no container", a.name)
		}
	}
}
