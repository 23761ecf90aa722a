package why

import (
	"slices"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/nearest"
)

// whyImage names the image, what the registry said of it, and which image is near.
func whyImage(pod *kube.Object, container, message string, s Surroundings) lang.Message {
	image := kube.Text(kube.Container(pod, container), "image")
	if strings.HasPrefix(message, "Back-off") && !strings.Contains(message, "ErrImagePull") {
		message = pullEvent(pod, image, s)
	}
	why := words.Because(lang.Messagef("image %q of %s can't be pulled", "%[2]s 的镜像 %[1]q 无法拉取", image, kube.NameOf(pod)),
		pullCause(message))
	if strings.Contains(message, "the sandbox has") {
		return why
	}
	return words.And(why, nearImage(image, s))
}

// otherImage reports that what was said of an image is about another one: a pod's
// image can be changed, and the kubelet reports the old one until it has tried.
func otherImage(pod *kube.Object, container, message string) bool {
	image := kube.Text(kube.Container(pod, container), "image")
	return strings.Contains(message, ` image "`) && !strings.Contains(message, image[strings.LastIndex(image, "/")+1:])
}

// pullEvent finds what the kubelet said when it tried, since a container that
// backs off may no longer say it.
func pullEvent(pod *kube.Object, image string, s Surroundings) string {
	e := kube.LastEvent(pod, s.Around, "Failed", "InspectFailed", "ErrImageNeverPull")
	if e == nil || !strings.Contains(kube.Text(e.Object, "message"), image) {
		return ""
	}
	return kube.Text(e.Object, "message")
}

// pullCause keeps of a runtime's long chain of errors what tells a beginner most,
// and anything that was added after a semicolon.
func pullCause(message string) lang.Message {
	chain, extra, _ := strings.Cut(message, "; ")
	cause := lang.Same(words.Plainly(chain))
	for _, p := range pullPhrases() {
		if strings.Contains(chain, p.Pattern()) {
			cause = p.Message()
			break
		}
	}
	if extra == "" {
		return cause
	}
	return words.And(cause, words.Translate(words.Shorten(words.OneLine(extra), 240), sandboxPhrases()))
}

// pullPhrases are words of containerd and of registries; the pattern stands
// anywhere in their errors.
func pullPhrases() []words.Phrase {
	return []words.Phrase{
		{"pull access denied", "the registry has no such image, or needs a login", "镜像仓库没有这个镜像，或者需要登录"},
		{"manifest unknown", "the registry has the image, but not this tag", "镜像仓库有这个镜像，但没有这个标签"},
		{"no such host", "the node can't reach the registry (no such host)", "节点无法访问镜像仓库（no such host）"},
		{"unauthorized", "the registry needs a login (unauthorized)", "镜像仓库需要登录（unauthorized）"},
		{"toomanyrequests", "the registry is limiting requests right now (toomanyrequests)", "访问过于频繁，镜像仓库暂时拒绝（toomanyrequests）"},
		{"connection refused", "the node can't reach the registry (connection refused)", "节点无法访问镜像仓库（connection refused）"},
		{"i/o timeout", "the node can't reach the registry (i/o timeout)", "节点无法访问镜像仓库（i/o timeout）"},
		{"repository name must be lowercase", "image names must be lowercase", "镜像名只能用小写字母"},
		{"invalid reference format", "that isn't a valid image name (invalid reference format)", "镜像名的写法不对（invalid reference format）"},
		{"couldn't parse image name", "that isn't a valid image name", "镜像名的写法不对"},
		{"is not present with pull policy of Never", "it isn't on the node, and imagePullPolicy Never forbids pulling it", "节点上没有它，而 imagePullPolicy Never 不允许拉取"},
		{"not found", "not found", "找不到"},
	}
}

// sandboxPhrases are what the sandbox adds to an image that it does not have.
func sandboxPhrases() []words.Phrase {
	return []words.Phrase{
		{`the sandbox has no "{}", but it has "{}"`, "the sandbox has no %q, but it has %q", "沙箱没有 %q，但有 %q"},
		{"of {}, the sandbox has the tags {}", "of %s, the sandbox has the tags %s", "%s 在沙箱里有这些标签：%s"},
		{"the sandbox has: {}", "the sandbox has: %s", "沙箱有：%s"},
	}
}

// nearImage names an image that was likely meant: one that a container of the
// namespace uses, else a well-known one whose name is near.
func nearImage(image string, s Surroundings) lang.Message {
	if n := nearest.Name(image, imagesAround(image, s)); n != "" {
		return lang.Messagef("did you mean %q?", "是否应为 %q？", n)
	}
	name, tag, tagged := strings.Cut(image, ":")
	if n := nearest.Name(name, knownImages()); n != "" && !slices.Contains(knownImages(), name) && len(n) == len(name) {
		if tagged {
			n += ":" + tag
		}
		return lang.Messagef("did you mean %q?", "是否应为 %q？", n)
	}
	return lang.Message{}
}

// imagesAround are the images of containers that run or ran in the namespace.
func imagesAround(wrong string, s Surroundings) []string {
	var images []string
	for _, pod := range s.Around.List("Pod") {
		for _, c := range kube.Maps(pod.Object, "spec", "containers") {
			name := kube.Text(c, "image")
			if kube.Text(kube.ContainerStatus(pod, kube.Text(c, "name")), "imageID") != "" && name != wrong {
				images = append(images, name)
			}
		}
	}
	slices.Sort(images)
	return slices.Compact(images)
}

func knownImages() []string {
	return []string{
		"alpine", "busybox", "debian", "golang", "httpd", "mariadb", "memcached", "mongo", "mysql", "nginx", "node",
		"postgres", "python", "rabbitmq", "redis", "traefik", "ubuntu",
	}
}
