package checks

import (
	"strings"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// whyImage names the image and what the registry said of it.
func whyImage(pod *object, container, message string, s sight) lang.Message {
	image := textAt(containerSpec(pod, container), "image")
	if strings.HasPrefix(message, "Back-off") && !strings.Contains(message, "ErrImagePull") {
		message = pullEvent(pod, image, s)
	}
	cause := pullCause(message)
	if cause == "" {
		return lang.Messagef("image %q of %s cannot be pulled", "%[2]s 的镜像 %[1]q 无法拉取", image, namedObject(pod))
	}
	return lang.Messagef("image %q of %s cannot be pulled: %s", "%[2]s 的镜像 %[1]q 无法拉取：%[3]s",
		image, namedObject(pod), cause)
}

// pullEvent finds what the kubelet said when it tried, since a container that
// backs off may no longer say it.
func pullEvent(pod *object, image string, s sight) string {
	e := lastEvent(pod, s, "Failed", "InspectFailed", "ErrImageNeverPull")
	if e == nil || !strings.Contains(textAt(e.Object, "message"), image) {
		return ""
	}
	return textAt(e.Object, "message")
}

// pullCause keeps of a runtime's long chain of errors what tells a beginner most,
// and anything that was added after a semicolon.
func pullCause(message string) string {
	chain, extra, added := strings.Cut(message, "; ")
	for _, known := range []string{
		"pull access denied, repository does not exist", "manifest unknown", "no such host",
		"unauthorized", "toomanyrequests", "connection refused", "i/o timeout",
		"invalid reference format", "couldn't parse image name", "not found",
	} {
		if strings.Contains(chain, known) {
			chain = known
			break
		}
	}
	chain = told(chain)
	if added {
		return shorten(oneLine(chain+"; "+extra), 240)
	}
	return chain
}

// told drops what only programmers read from an error of the runtime.
func told(message string) string {
	if _, desc, cut := strings.Cut(message, " desc = "); cut {
		message = desc
	}
	return shorten(oneLine(message), 200)
}
