package imageload

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-learn/kubectl-learn/images"
)

// node builds a node from "name runtime provider address label=value…", with "-" for
// what is missing.
func node(text string) corev1.Node {
	f := strings.Fields(strings.ReplaceAll(text, "- ", "\"\" "))
	for i := range f {
		f[i] = strings.Trim(f[i], `"`)
	}
	n := corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: f[0], Labels: map[string]string{}}}
	n.Status.NodeInfo.ContainerRuntimeVersion, n.Spec.ProviderID = f[1], f[2]
	n.Status.NodeInfo.Architecture = "amd64"
	n.Status.Addresses = []corev1.NodeAddress{{Type: corev1.NodeHostName, Address: f[0]}, {Type: corev1.NodeInternalIP, Address: f[3]}}
	for _, label := range f[4:] {
		name, value, _ := strings.Cut(label, "=")
		n.Labels[name] = value
	}
	return n
}

func TestFind(t *testing.T) {
	for _, tt := range []struct {
		name, context string
		nodes         []string
		want          Place
		command       string
	}{
		{"kind", "kind-kind", []string{"kind-control-plane containerd://2.1.3 kind://docker/kind/kind-control-plane 172.18.0.2 "}, Place{Maker: Kind, Name: "kind"}, "kind load image-archive /a.tar --name kind"},
		{"kind under another context", "lab", []string{"blue-worker containerd://2.1.3 kind://podman/blue/blue-worker 10.89.0.3 "}, Place{Maker: Kind, Name: "blue"}, "kind load image-archive /a.tar --name blue"},
		{"k3d", "k3d-my-lab", []string{"k3d-my-lab-server-0 containerd://2.1.5-k3s1 k3s://k3d-my-lab-server-0 172.19.0.3 "}, Place{Maker: K3d, Name: "my-lab"}, "k3d image import /a.tar --cluster my-lab"},
		{"k3d, an agent first", "x", []string{"k3d-a-server-b-agent-1 containerd://2.1.5-k3s1 k3s://y 172.19.0.3 "}, Place{Maker: K3d, Name: "a-server-b"}, "k3d image import /a.tar --cluster a-server-b"},
		{"minikube", "study", []string{"study docker://28.4.0 - 192.168.49.2 minikube.k8s.io/name=study"}, Place{Maker: Minikube, Name: "study"}, "minikube image load /a.tar --profile study"},
		{"minikube on this machine itself", "minikube", []string{"vm docker://28.4.0 - 10.0.0.5 minikube.k8s.io/name=minikube"}, Place{Maker: Minikube, Name: "minikube"}, "minikube image load /a.tar --profile minikube"},
		{"Docker Desktop", "docker-desktop", []string{"docker-desktop docker://28.4.0 - 192.168.65.3 "}, Place{Maker: Docker}, "docker load --input /a.tar"},
		{"Docker Desktop with kind", "docker-desktop", []string{"desktop-control-plane containerd://2.1.3 kind://docker/desktop/desktop-control-plane 172.18.0.2 "}, Place{Maker: Docker}, "docker load --input /a.tar"},
		{"sandbox by its kubeconfig", "sandbox", []string{"sandbox-1 sandbox://1.36.3 - 10.0.0.11 "}, Place{Maker: Sandbox}, ""},
		{"containerd here", "home", []string{"one containerd://2.4.2 - 10.0.0.5 "}, Place{Maker: Containerd}, "ctr --namespace k8s.io images import /a.tar"},
		{"one of three here", "home", []string{"one containerd://2.4.2 - 10.0.0.4 ", "two containerd://2.4.2 - 10.0.0.5 ", "three containerd://2.4.2 - 10.0.0.6 "}, Place{Maker: Containerd, Others: []string{"one", "three"}}, "ctr --namespace k8s.io images import /a.tar"},
		{"k3s here", "default", []string{"box containerd://2.1.5-k3s1 k3s://box 10.0.0.5 "}, Place{Maker: K3s}, "k3s ctr --namespace k8s.io images import /a.tar"},
		{"Docker here", "home", []string{"one docker://28.4.0 - 10.0.0.5 "}, Place{Maker: Docker}, "docker load --input /a.tar"},
		{"CRI-O here", "home", []string{"one cri-o://1.36.0 - 10.0.0.5 "}, Place{}, ""},
		{"elsewhere", "cloud", []string{"one containerd://2.4.2 gce://p/z/one 10.128.0.5 "}, Place{}, ""},
		{"elsewhere, with a name that misleads", "kind-kind", []string{"one containerd://2.4.2 gce://p/z/one 10.128.0.5 "}, Place{}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var nodes []corev1.Node
			for _, n := range tt.nodes {
				nodes = append(nodes, node(n))
			}
			tt.want.Arch = "amd64"
			got := Find(tt.context, nodes, []string{"10.0.0.5", "fd00::5"})
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
			if command := strings.Join(got.Command("/a.tar"), " "); command != tt.command {
				t.Errorf("command %q, want %q", command, tt.command)
			}
		})
	}
}

func TestFindWithoutNodes(t *testing.T) {
	for context, want := range map[string]Place{
		"kind-blue":      {Maker: Kind, Name: "blue"},
		"k3d-lab":        {Maker: K3d, Name: "lab"},
		"minikube":       {Maker: Minikube, Name: "minikube"},
		"docker-desktop": {Maker: Docker},
		"cloud":          {},
	} {
		if diff := cmp.Diff(want, Find(context, nil, nil)); diff != "" {
			t.Errorf("%s: %s", context, diff)
		}
	}
}

func TestArch(t *testing.T) {
	one, two := node("a containerd://2 - 10.0.0.1 "), node("b containerd://2 - 10.0.0.2 ")
	two.Status.NodeInfo.Architecture = "arm64"
	if got := Find("x", []corev1.Node{one, two}, nil).Arch; got != "" {
		t.Errorf("architecture of a mixed cluster = %q", got)
	}
}

func TestPresent(t *testing.T) {
	image := images.Image{Name: "web-app", Tag: "1.0"}
	with, without, full := node("a containerd://2 - 10.0.0.1 "), node("b containerd://2 - 10.0.0.2 "), node("c containerd://2 - 10.0.0.3 ")
	with.Status.Images = []corev1.ContainerImage{{Names: []string{"docker.io/library/web-app@sha256:0", "docker.io/library/web-app:1.0"}}}
	without.Status.Images = []corev1.ContainerImage{{Names: []string{"docker.io/library/web-app:1.0.1", "example.org/web-app:1.0"}}}
	full.Status.Images = make([]corev1.ContainerImage, 50)
	got := Present(image, []corev1.Node{with, without, full, with})
	if diff := cmp.Diff(Presence{Have: 2, Lack: 1, Unsure: 1}, got); diff != "" {
		t.Error(diff)
	}
}
