package node_test

import (
	"math"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// chooser makes choices by the bytes of a fuzzer; when they are used up it takes
// the first of all.
type chooser struct{ data []byte }

func (c *chooser) n(most int) int {
	if len(c.data) == 0 {
		return 0
	}
	b := c.data[0]
	c.data = c.data[1:]
	return int(b) % most
}

func (c *chooser) often() bool { return c.n(4) == 1 }

func one[T any](c *chooser, from ...T) T { return from[c.n(len(from))] }

func maybe[T any](c *chooser, from ...T) *T {
	if c.often() {
		v := one(c, from...)
		return &v
	}
	return nil
}

// odd makes a pod of few pieces, each of which may be strange.
func odd(data []byte) *corev1.Pod {
	c := &chooser{data}
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{GenerateName: "odd-", Labels: map[string]string{"a": "b"}}}
	pod.Spec = corev1.PodSpec{
		NodeName:                      "sandbox-1",
		RestartPolicy:                 one(c, corev1.RestartPolicyAlways, corev1.RestartPolicyNever, corev1.RestartPolicyOnFailure),
		TerminationGracePeriodSeconds: maybe[int64](c, 0, 1, math.MaxInt64, -1, 1<<40),
		ActiveDeadlineSeconds:         maybe[int64](c, 1, math.MaxInt32, 2),
		HostNetwork:                   c.often(),
		Hostname:                      one(c, "", "", "", "x", strings.Repeat("h", 63)),
		Subdomain:                     one(c, "", "", "sub"),
		SetHostnameAsFQDN:             maybe(c, true, false),
		EnableServiceLinks:            maybe(c, true, false),
		ShareProcessNamespace:         maybe(c, true, false),
		AutomountServiceAccountToken:  maybe(c, true, false),
		DNSPolicy:                     one(c, "", corev1.DNSDefault, corev1.DNSClusterFirst, corev1.DNSNone),
	}
	if pod.Spec.DNSPolicy == corev1.DNSNone {
		pod.Spec.DNSConfig = &corev1.PodDNSConfig{Nameservers: []string{"1.2.3.4"}, Searches: []string{"a.b", "."}, Options: []corev1.PodDNSConfigOption{{Name: "x", Value: new(string)}}}
	}
	if c.often() {
		pod.Spec.SecurityContext = &corev1.PodSecurityContext{RunAsNonRoot: maybe(c, true), RunAsUser: maybe[int64](c, 0, 1, math.MaxInt32), FSGroup: maybe[int64](c, 0, 7)}
	}
	if c.often() {
		pod.Spec.HostAliases = []corev1.HostAlias{{IP: one(c, "1.2.3.4", "::1"), Hostnames: []string{"a", "b"}}}
	}
	for i := range c.n(4) {
		pod.Spec.Volumes = append(pod.Spec.Volumes, corev1.Volume{Name: "v" + strconv.Itoa(i), VolumeSource: c.volume()})
	}
	for i := range 1 + c.n(3) {
		pod.Spec.Containers = append(pod.Spec.Containers, c.container("c"+strconv.Itoa(i), len(pod.Spec.Volumes)))
	}
	for i := range c.n(3) {
		made := c.container("i"+strconv.Itoa(i), len(pod.Spec.Volumes))
		if made.RestartPolicy = maybe(c, corev1.ContainerRestartPolicyAlways); made.RestartPolicy == nil {
			made.Lifecycle, made.StartupProbe, made.LivenessProbe, made.ReadinessProbe = nil, nil, nil, nil
		}
		pod.Spec.InitContainers = append(pod.Spec.InitContainers, made)
	}
	return pod
}

func (c *chooser) volume() corev1.VolumeSource {
	yes := true
	mode := one[int32](c, 0o644, 0, 0o777, 0o111)
	items := []corev1.KeyToPath{{Key: "ca.crt", Path: one(c, "a", "a/b/c", "..data/x", "dir/.hidden", strings.Repeat("p", 200)), Mode: maybe[int32](c, 0, 0o400)}}
	switch c.n(10) {
	case 1:
		return corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{LocalObjectReference: corev1.LocalObjectReference{Name: "kube-root-ca.crt"}, Items: items, DefaultMode: &mode}}
	case 2:
		return corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{LocalObjectReference: corev1.LocalObjectReference{Name: "absent"}, Optional: maybe(c, true)}}
	case 3:
		return corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: "absent", Optional: &yes, DefaultMode: &mode}}
	case 4:
		field := one(c, "metadata.labels", "metadata.annotations", "metadata.labels['a']", "metadata.uid", "metadata.annotations['x']")
		return corev1.VolumeSource{DownwardAPI: &corev1.DownwardAPIVolumeSource{DefaultMode: &mode, Items: []corev1.DownwardAPIVolumeFile{
			{Path: one(c, "x", "x/y"), FieldRef: &corev1.ObjectFieldSelector{FieldPath: field}},
			{Path: "r", ResourceFieldRef: &corev1.ResourceFieldSelector{ContainerName: one(c, "c0", "none"), Resource: "limits.cpu", Divisor: resource.MustParse(one(c, "0", "1m", "1"))}},
		}}}
	case 5:
		return corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{DefaultMode: &mode, Sources: []corev1.VolumeProjection{
			{ServiceAccountToken: &corev1.ServiceAccountTokenProjection{Path: one(c, "t", "a/t"), Audience: one(c, "", "x"), ExpirationSeconds: maybe[int64](c, 600, 1<<32)}},
			{ConfigMap: &corev1.ConfigMapProjection{LocalObjectReference: corev1.LocalObjectReference{Name: "kube-root-ca.crt"}, Items: items}},
		}}}
	case 6:
		path := one(c, "/", "/etc", "/data/a/b", "/tmp/../etc", "relative", "/etc/hostname", "//x//y", strings.Repeat("/long", 100))
		return corev1.VolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: path, Type: maybe(c, corev1.HostPathDirectory, corev1.HostPathFile,
			corev1.HostPathDirectoryOrCreate, corev1.HostPathFileOrCreate, corev1.HostPathSocket, corev1.HostPathCharDev, corev1.HostPathBlockDev)}}
	case 7:
		return corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: "absent"}}
	case 8:
		return corev1.VolumeSource{NFS: &corev1.NFSVolumeSource{Server: "s", Path: "/"}}
	case 9:
		return corev1.VolumeSource{Image: &corev1.ImageVolumeSource{Reference: one(c, "web:1.0", "")}}
	}
	return corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{Medium: one(c, "", corev1.StorageMediumMemory)}}
}

func (c *chooser) container(name string, volumes int) corev1.Container {
	made := corev1.Container{
		Name:                     name,
		Image:                    one(c, "web:1.0", "web:1.0", "web:1.0", "web", "WEB", "web@sha256:"+strings.Repeat("a", 64), "a/b/c:d", "x y", strings.Repeat("w", 300), "web:"),
		ImagePullPolicy:          one(c, "", corev1.PullAlways, corev1.PullNever),
		WorkingDir:               one(c, "", "", "/new/dir", "relative", "/etc/greeting", "/..", "/bin/web/x"),
		TerminationMessagePath:   one(c, "", "", "/", "/etc", "relative", "/dev/termination-log/..", "/etc/hosts", "/bin/web", "//", "/a/b/c"),
		TerminationMessagePolicy: one(c, "", corev1.TerminationMessageFallbackToLogsOnError),
		Stdin:                    c.often(), StdinOnce: c.often(), TTY: c.often(),
	}
	made.Command = one(c, nil, []string{"sleep"}, []string{"exit", "3"}, []string{"web"}, []string{"nosuch"}, []string{""}, []string{"/"}, []string{".."},
		[]string{"panic"}, []string{"echo", "$(A)", "$$(A)", "$(", "$(B)"}, []string{"touch", "/dev/termination-log"}, []string{"cat", "/etc/passwd", "/"},
		[]string{"exit", "-1"}, []string{"exit", "300"}, []string{"/etc/greeting"}, []string{"exit", "0"})
	if c.often() {
		made.Args = one(c, []string{}, []string{"x"}, []string{""}, []string{strings.Repeat("a", 1<<16)}, []string{"$(C0)"})
	}
	made.Env = c.env()
	if c.often() {
		made.EnvFrom = []corev1.EnvFromSource{{Prefix: one(c, "", "P_", "=", "-"), ConfigMapRef: &corev1.ConfigMapEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: one(c, "kube-root-ca.crt", "absent")}, Optional: maybe(c, true)}}}
	}
	for range c.n(4) {
		made.VolumeMounts = append(made.VolumeMounts, c.mount(volumes))
	}
	made.StartupProbe, made.ReadinessProbe, made.LivenessProbe = c.probe(), c.probe(), c.probe()
	if made.ReadinessProbe != nil {
		made.ReadinessProbe.TerminationGracePeriodSeconds = nil
	}
	if c.often() {
		made.Lifecycle = &corev1.Lifecycle{PostStart: c.hook(), PreStop: c.hook()}
	}
	if c.often() {
		made.Resources.Limits = corev1.ResourceList{corev1.ResourceCPU: resource.MustParse(one(c, "0", "1m", "9E")), corev1.ResourceMemory: resource.MustParse(one(c, "1", "0", "1Ei"))}
	}
	if c.often() {
		made.Ports = []corev1.ContainerPort{{Name: "web", ContainerPort: one[int32](c, 80, 1, 65535), HostPort: one[int32](c, 0, 80)}}
	}
	if c.often() {
		made.RestartPolicy = maybe(c, corev1.ContainerRestartPolicyNever, corev1.ContainerRestartPolicyOnFailure)
		made.RestartPolicyRules = []corev1.ContainerRestartRule{{
			Action:    one(c, corev1.ContainerRestartRuleActionRestart, corev1.ContainerRestartRuleAction("RestartAllContainers")),
			ExitCodes: &corev1.ContainerRestartRuleOnExitCodes{Operator: one(c, corev1.ContainerRestartRuleOnExitCodesOpIn, corev1.ContainerRestartRuleOnExitCodesOpNotIn), Values: []int32{3, 0, 255}},
		}}
	}
	return made
}

func (c *chooser) env() []corev1.EnvVar {
	var out []corev1.EnvVar
	for range c.n(4) {
		v := corev1.EnvVar{Name: one(c, "A", "B", "C0", "with space", "1", "-", "PATH", "HOME")}
		switch c.n(4) {
		case 0:
			v.Value = one(c, "", "$(A)", "$(B)$(", strings.Repeat("$(A)", 100), "\x01\n", "$$$(A)")
		case 1:
			v.ValueFrom = &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{FieldPath: one(c, "metadata.name", "status.podIP", "status.podIPs", "status.hostIP", "spec.nodeName", "metadata.labels['a']", "metadata.annotations['none']", "spec.serviceAccountName")}}
		case 2:
			v.ValueFrom = &corev1.EnvVarSource{ResourceFieldRef: &corev1.ResourceFieldSelector{Resource: one(c, "limits.cpu", "requests.memory", "limits.ephemeral-storage", "requests.hugepages-2Mi"), ContainerName: one(c, "", "c0", "none"), Divisor: resource.MustParse(one(c, "0", "1m", "1", "1Ki"))}}
		case 3:
			v.ValueFrom = &corev1.EnvVarSource{ConfigMapKeyRef: &corev1.ConfigMapKeySelector{LocalObjectReference: corev1.LocalObjectReference{Name: "kube-root-ca.crt"}, Key: one(c, "ca.crt", "none"), Optional: maybe(c, true)}}
		}
		out = append(out, v)
	}
	return out
}

func (c *chooser) mount(volumes int) corev1.VolumeMount {
	m := corev1.VolumeMount{
		Name:      "v" + strconv.Itoa(c.n(max(volumes, 1))),
		MountPath: one(c, "/a", "/", "/etc", "/etc/hosts", "/dev/null", "/dev/termination-log", "/bin/web", "/a/b/../c", "relative", "/proc", "/tmp/", "/a/b", "//", "/etc/greeting/x", "/..", "/bin"),
		ReadOnly:  c.often(),
	}
	switch c.n(4) {
	case 1:
		m.SubPath = one(c, "x", "x/y/z", "ca.crt", ".", "a..b", "ca.crt/x", "..data")
	case 2:
		m.SubPathExpr = one(c, "$(A)", "$(NONE)", "x$(B)", "$$", "$(C0)/..")
	}
	return m
}

func (c *chooser) handler() corev1.ProbeHandler {
	port := one(c, intstr.FromInt32(80), intstr.FromString("web"), intstr.FromInt32(65535), intstr.FromString("none"))
	switch c.n(4) {
	case 1:
		return corev1.ProbeHandler{TCPSocket: &corev1.TCPSocketAction{Port: port, Host: one(c, "", "localhost", "no.such.name", "256.1.1.1")}}
	case 2:
		return corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{
			Port: port, Path: one(c, "/", "", "%zz", "x y", "?#"), Scheme: one(c, "", corev1.URISchemeHTTPS), Host: one(c, "", "no.such.name"),
			HTTPHeaders: []corev1.HTTPHeader{{Name: one(c, "X", "Host"), Value: one(c, "v", "", "a b")}},
		}}
	case 3:
		return corev1.ProbeHandler{GRPC: &corev1.GRPCAction{Port: one[int32](c, 80, 1), Service: maybe(c, "", "s")}}
	}
	return corev1.ProbeHandler{Exec: &corev1.ExecAction{Command: one(c, []string{"exit", "0"}, []string{"exit", "1"}, []string{"nosuch"}, []string{"sleep"}, []string{"panic"}, []string{""}, nil)}}
}

func (c *chooser) probe() *corev1.Probe {
	if !c.often() {
		return nil
	}
	return &corev1.Probe{
		ProbeHandler: c.handler(), InitialDelaySeconds: one[int32](c, 0, 1, math.MaxInt32), PeriodSeconds: one[int32](c, 1, 0, math.MaxInt32),
		TimeoutSeconds: one[int32](c, 0, 1, math.MaxInt32), FailureThreshold: one[int32](c, 1, 0, math.MaxInt32), SuccessThreshold: one[int32](c, 1, 0),
		TerminationGracePeriodSeconds: maybe[int64](c, 1, math.MaxInt64),
	}
}

func (c *chooser) hook() *corev1.LifecycleHandler {
	if !c.often() {
		return nil
	}
	if c.often() {
		return &corev1.LifecycleHandler{Sleep: &corev1.SleepAction{Seconds: one[int64](c, 0, 1, 30)}}
	}
	h := c.handler()
	return &corev1.LifecycleHandler{Exec: h.Exec, HTTPGet: h.HTTPGet, TCPSocket: h.TCPSocket}
}
