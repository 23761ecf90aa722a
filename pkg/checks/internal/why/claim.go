package why

import (
	"fmt"
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/nearest"
)

// claimKind is the kind of a claim for a volume.
const claimKind = "PersistentVolumeClaim"

// whyClaim explains a pod that no node takes because of a volume.
func whyClaim(pod *kube.Object, message string, s Surroundings) (lang.Message, bool) {
	if values, ok := words.Fits(`0/{} nodes are available: persistentvolumeclaim "{}" not found{}`, message); ok {
		name := fmt.Sprint(values[1])
		return lang.Messagef("%s mounts %s, which does not exist%s", "%s 要挂载 %s，但它不存在%s",
			kube.NameOf(pod), kube.Named(claimKind, name), nearObject(claimKind, name, s)), true
	}
	if !strings.Contains(message, "unbound immediate PersistentVolumeClaims") {
		return lang.Message{}, false
	}
	for _, volume := range kube.Maps(pod.Object, "spec", "volumes") {
		name := kube.Text(volume, "persistentVolumeClaim", "claimName")
		for _, claim := range s.Around.List(claimKind) {
			if claim.GetName() == name && kube.Text(claim.Object, "status", "phase") != "Bound" {
				return lang.Messagef("%s is waiting for a volume: %s", "%s 在等待卷：%s", kube.NameOf(pod), whyUnbound(claim, s)), true
			}
		}
	}
	return lang.Messagef("%s is waiting for a volume: one of its claims isn't bound", "%s 在等待卷：它的卷声明还没有绑定", kube.NameOf(pod)), true
}

// claimThere explains a pod that had to wait for a claim which is there, or has
// its volume, by now: the scheduler has yet to look again.
func claimThere(pod *kube.Object, message string, s Surroundings) (lang.Message, bool) {
	soon := lang.Messagef("%s is about to be scheduled", "%s 即将分配节点", kube.NameOf(pod))
	if values, ok := words.Fits(`0/{} nodes are available: persistentvolumeclaim "{}" not found{}`, message); ok {
		now, there := nowHas(claimKind, fmt.Sprint(values[1]), "", s)
		return words.And(now, soon), there
	}
	if !strings.Contains(message, "unbound immediate PersistentVolumeClaims") {
		return lang.Message{}, false
	}
	var last *kube.Object
	for _, volume := range kube.Maps(pod.Object, "spec", "volumes") {
		name := kube.Text(volume, "persistentVolumeClaim", "claimName")
		for _, claim := range s.Around.List(claimKind) {
			if claim.GetName() != name {
				continue
			}
			if kube.Text(claim.Object, "status", "phase") != "Bound" {
				return lang.Message{}, false
			}
			last = claim
		}
	}
	if last == nil {
		return lang.Message{}, false
	}
	return words.And(lang.Messagef("%s has its volume now", "%s 现在已有卷", kube.NameOf(last)), soon), true
}

// claimObstacle explains a claim that no volume will fill by itself.
func claimObstacle(claim *kube.Object, s Surroundings, now time.Time) (Finding, bool) {
	if kube.Text(claim.Object, "status", "phase") == "Bound" {
		return Finding{}, false
	}
	e := kube.LastEvent(claim, s.Around, "ProvisioningFailed", "FailedBinding")
	if e == nil {
		return ongoing(whyUnbound(claim, s)), true
	}
	return settledAfter(whyUnbound(claim, s), now, claim), true
}

func whyUnbound(claim *kube.Object, s Surroundings) lang.Message {
	what := lang.Messagef("%s has no volume", "%s 没有卷", kube.NameOf(claim))
	e := kube.LastEvent(claim, s.Around, "ProvisioningFailed", "FailedBinding", "WaitForFirstConsumer", "ExternalProvisioning", "Provisioning")
	if e == nil {
		return what
	}
	return words.Because(what, words.Translate(words.OneLine(kube.Text(e.Object, "message")), claimPhrases()))
}

// nearObject names an object of a kind whose name is near, for the end of a
// sentence.
func nearObject(kind, name string, s Surroundings) lang.Message {
	var names []string
	for _, o := range s.Around.List(kind) {
		names = append(names, o.GetName())
	}
	if n := nearest.Name(name, names); n != "" {
		return lang.Messagef(" (there is %s)", "（有 %s）", n)
	}
	return lang.Message{}
}

// claimPhrases are the words of the controllers that bind and make volumes.
func claimPhrases() []words.Phrase {
	return []words.Phrase{
		{`storageclass.storage.k8s.io "{}" not found`, "there is no StorageClass %s (run kubectl get storageclass to list them)", "没有 StorageClass %s（kubectl get storageclass 可查看现有的）"},
		{"no persistent volumes available for this claim and no storage class is set", "no PersistentVolume matches, and without a StorageClass none is created", "没有符合的 PersistentVolume，没有 StorageClass 就不会自动创建"},
		{"waiting for first consumer to be created before binding", "it'll get one when a pod uses it", "有 Pod 使用它时才会得到卷"},
		{"waiting for pod {} to be scheduled", "it's waiting for Pod %s to be scheduled", "要等 Pod %s 有了节点"},
		{"Waiting for a volume to be created either by the external provisioner '{}' {}", "%s is creating one%.0s", "%s 正在创建%.0s"},
		{`External provisioner is provisioning volume for claim "{}"`, "one is being created%.0s", "正在创建%.0s"},
	}
}
