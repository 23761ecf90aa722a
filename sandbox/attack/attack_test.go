package attack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/klog/v2"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
)

// attackEnv runs the attacks; it is a regular expression for their names. They
// don't run in every "go test": they take a minute, and need limits on the
// machine.
const attackEnv = "KUBECTL_LEARN_TEST_ATTACK"

// together is how many attacks run side by side.
const together = 12

// answers is how long the API may take under attack.
const answers = 2 * time.Second

// most is how long the sandbox may take to be as it was before.
const most = 15 * time.Second

// What a sandbox may hold more after hundreds of pods than before them, beside a
// tenth: the API server's memory of them, etcd's history and the log.
const (
	someResident = 64 << 20
	someHistory  = 64 << 20
)

func larger(now, was, some int64) bool { return now > was+was/10+some }

// TestAttack runs all attacks against one sandbox.
func TestAttack(t *testing.T) {
	want := os.Getenv(attackEnv)
	if want == "" {
		t.Skip("make attack runs this")
	}
	s := plant(t)
	all, err := load(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	all = slices.DeleteFunc(all, func(a attack) bool { return !regexp.MustCompile(want).MatchString(a.name) })
	v := start(t, s)
	b := v.bystanders(t)
	residentBefore, diskBefore := v.resident(t), size(v.home)
	r := &report{}
	for wave := range slices.Chunk(all, together) {
		if v.wave(t, r, wave) {
			continue
		}
		for _, a := range wave { // Which of them was it?
			t.Run(a.name, func(t *testing.T) {
				if !v.wave(t, r, []attack{a}) {
					t.Error(strings.Join(r.faults, "\n"))
				}
				r.faults = nil
			})
		}
		if !t.Failed() {
			t.Errorf("together, but none of them alone: %s", strings.Join(r.together, "\n"))
		}
	}
	v.aftermath(t, b, r)
	t.Logf("%d attacks; the API answered in %s at most, all was back after %s at most; the nodes went down %d times",
		len(all), r.slowest.Round(time.Millisecond), r.longest.Round(time.Millisecond), r.crashes)
	residentAfter := v.resident(t)
	for begun := time.Now(); larger(residentAfter, residentBefore, someResident) && !patience.Late(time.Since(begun), most); residentAfter = v.resident(t) {
		time.Sleep(time.Second)
	}
	if diskAfter := size(v.home); larger(diskAfter, diskBefore, someHistory) {
		t.Errorf("%d bytes of files, %d before", diskAfter, diskBefore)
	}
	if larger(residentAfter, residentBefore, someResident) {
		t.Errorf("%d bytes of resident memory, %d before", residentAfter, residentBefore)
	}
	t.Logf("resident memory %d MiB before, %d MiB after; files %d MiB before, %d MiB after",
		residentBefore>>20, residentAfter>>20, diskBefore>>20, size(v.home)>>20)
}

// TestMain keeps the client library from telling of each connection that an
// attack broke.
func TestMain(m *testing.M) {
	klog.SetLogger(logr.Discard())
	os.Exit(m.Run())
}

// report is what the attacks did.
type report struct {
	mu               sync.Mutex
	faults, together []string
	slowest, longest time.Duration
	crashes          int
}

func (r *report) fault(a attack, format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.faults = append(r.faults, a.name+": "+fmt.Sprintf(format, args...))
}

// wave runs some attacks side by side, and reports whether all went well.
func (v *victim) wave(t *testing.T, r *report, some []attack) bool {
	t.Helper()
	r.faults = nil
	nodes := v.awaitNodes(t)
	before, err := v.holds(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	started := time.Now()
	var running sync.WaitGroup
	for i, a := range some {
		running.Go(func() { v.run(t.Context(), r, a, fmt.Sprintf("attack-%d", i)) })
	}
	running.Wait()
	begun := time.Now()
	var left error
	if v.nodesPID(t) == nodes {
		left = v.settle(t, before)
	}
	if v.nodesPID(t) != nodes { // at once, or over what was left
		r.crashes++
		if !slices.ContainsFunc(some, func(a attack) bool { return a.crash != "" }) {
			r.faults = append(r.faults, some[0].name+" and what ran beside it: the nodes went down")
		}
		v.awaitNodes(t)
	} else if left != nil {
		r.faults = append(r.faults, fmt.Sprintf("after %s and what ran beside it: %v", some[0].name, left))
	}
	r.longest = max(r.longest, time.Since(begun))
	t.Logf("%d attacks, the first %s: %s, and %s until all was back", len(some), some[0].name, begun.Sub(started).Round(time.Millisecond), time.Since(begun).Round(time.Millisecond))
	r.together = r.faults
	return len(r.faults) == 0
}

// settle waits until the sandbox holds what it did before.
func (v *victim) settle(t *testing.T, before holdings) error {
	t.Helper()
	for begun := time.Now(); ; {
		now, err := v.holds(t.Context())
		if err == nil {
			err = now.within(before)
		}
		if err == nil || patience.Late(time.Since(begun), most) {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// run is one attack, in a pod of its own.
func (v *victim) run(ctx context.Context, r *report, a attack, name string) {
	out := &reader{secrets: v.secrets}
	if err := v.raise(ctx, a, name, out); err != nil {
		r.fault(a, "%v", err)
	}
	v.look(ctx, r, a, name, out)
	if err := v.remove(ctx, name); err != nil {
		r.fault(a, "its pod was not deleted: %v", err)
	}
	first, told := out.said()
	for _, secret := range told {
		r.fault(a, "it was told %s", secret)
	}
	if strings.Contains(first, "panic: ") && strings.Contains(first, "\ngoroutine ") {
		r.fault(a, "a program panicked: %s", first)
	}
	if err := v.secrets.changed(); err != nil {
		r.fault(a, "%v", err)
	}
}

// raise makes the pod and does to it what the attack says.
func (v *victim) raise(ctx context.Context, a attack, name string, out *reader) error {
	ctx, cancel := context.WithTimeout(ctx, patience.Limit())
	defer cancel()
	if a.config != nil {
		_, err := v.client.CoreV1().ConfigMaps(metav1.NamespaceDefault).Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name}, Data: a.config}, metav1.CreateOptions{})
		if err != nil {
			return err
		}
	}
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: *a.pod.DeepCopy()}
	for _, volume := range pod.Spec.Volumes {
		if volume.ConfigMap != nil && volume.ConfigMap.Name == "attack" {
			volume.ConfigMap.Name = name
		}
	}
	_, err := v.client.CoreV1().Pods(metav1.NamespaceDefault).Create(ctx, pod, metav1.CreateOptions{})
	if apierrors.IsInvalid(err) || apierrors.IsBadRequest(err) || apierrors.IsForbidden(err) || apierrors.IsRequestEntityTooLargeError(err) {
		return nil // That is an answer.
	}
	if err != nil {
		return err
	}
	if len(a.exec) == 0 { // A hook that does not end keeps a pod from ever telling.
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, 2*a.wait)
		defer stop()
	}
	up, err := v.told(ctx, name)
	if err != nil && (len(a.exec) > 0 || ctx.Err() == nil) {
		return err
	}
	if up {
		v.use(ctx, a, name, out)
	} else if len(a.exec) > 0 {
		return errors.New("its pod did not start")
	}
	if len(a.exec) == 0 {
		pause(ctx, a.wait)
	}
	return nil
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// use runs an attack's commands, and asks for its pages.
func (v *victim) use(ctx context.Context, a attack, name string, out *reader) {
	limited, cancel := context.WithTimeout(ctx, a.wait)
	defer cancel()
	stdin := a.stdin
	for _, command := range a.exec {
		_ = v.exec(limited, name, command, stdin, out) // that it fails is as it should be
		stdin = nil
	}
	for _, page := range a.get {
		path, query, _ := strings.Cut(page, "?")
		r := v.client.CoreV1().RESTClient().Get().AbsPath("/api/v1/namespaces/default/pods", name+":80", "proxy", path)
		if query != "" {
			r = r.Param("q", query)
		}
		body, err := r.DoRaw(limited)
		_, _ = out.Write(body) // it never fails
		if err != nil {
			_, _ = out.Write([]byte(err.Error()))
		}
	}
}

// told waits until a pod's status shows its state, and reports whether its
// containers run.
func (v *victim) told(ctx context.Context, name string) (up bool, err error) {
	for {
		pod, err := v.client.CoreV1().Pods(metav1.NamespaceDefault).Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return false, err
		}
		if pod.Status.Phase != corev1.PodPending {
			return pod.Status.Phase == corev1.PodRunning, nil
		}
		for _, s := range slices.Concat(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses) {
			if why := s.State.Waiting; why == nil || why.Reason != "ContainerCreating" && why.Reason != "PodInitializing" {
				return false, nil
			}
		}
		if told, err := v.warned(ctx, pod); told || err != nil {
			return false, err
		}
		pause(ctx, 20*time.Millisecond)
	}
}

// warned reports whether an event says what is wrong with a pod.
func (v *victim) warned(ctx context.Context, pod *corev1.Pod) (bool, error) {
	events, err := v.client.CoreV1().Events(pod.Namespace).List(ctx, metav1.ListOptions{FieldSelector: "involvedObject.uid=" + string(pod.UID)})
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(events.Items, func(e corev1.Event) bool { return e.Type == corev1.EventTypeWarning }), nil
}

// look is what is asked after each attack: does the API answer, is the control
// plane the same, and what do the pod's logs, its status and its files tell?
func (v *victim) look(ctx context.Context, r *report, a attack, name string, out *reader) {
	begun := time.Now()
	pod, err := v.client.CoreV1().Pods(metav1.NamespaceDefault).Get(ctx, name, metav1.GetOptions{})
	took := time.Since(begun)
	if err != nil && !apierrors.IsNotFound(err) {
		r.fault(a, "the API failed: %v", err)
		return
	}
	if patience.Late(took, answers) {
		r.fault(a, "the API took %s to answer", took)
	}
	r.mu.Lock()
	r.slowest = max(r.slowest, took)
	r.mu.Unlock()
	if now, err := v.daemonNow(); err != nil || now != v.daemon {
		r.fault(a, "the control plane is process %v now, and was %v: %v", now, v.daemon, err)
	}
	if pod == nil || pod.Name == "" {
		return
	}
	if text, err := pod.Status.Marshal(); err == nil {
		_, _ = out.Write(text) // it never fails
	}
	limit := int64(256 << 10)
	for _, c := range slices.Concat(pod.Spec.InitContainers, pod.Spec.Containers) {
		opts := &corev1.PodLogOptions{Container: c.Name, LimitBytes: &limit}
		if text, err := v.client.CoreV1().Pods(pod.Namespace).GetLogs(name, opts).DoRaw(ctx); err == nil {
			_, _ = out.Write(text)
		}
	}
	for _, file := range v.files(string(pod.UID)) {
		if text, err := os.ReadFile(file); err == nil {
			_, _ = out.Write(text)
		}
	}
}

// files are some files of a pod on the machine's disk.
func (v *victim) files(uid string) (names []string) {
	const most, large = 1000, 64 << 10
	_ = filepath.WalkDir(v.folder(uid), func(name string, e os.DirEntry, err error) error {
		if err != nil || len(names) >= most {
			return filepath.SkipAll
		}
		if info, err := e.Info(); err == nil && e.Type().IsRegular() && info.Size() > 0 && info.Size() < large {
			names = append(names, name)
		}
		return nil
	})
	return names
}

func (v *victim) folder(uid string) string {
	return filepath.Join(v.home, "sandbox", "nodes", nodeName, "pods", uid)
}

// remove deletes a pod and waits until nothing of it is left.
func (v *victim) remove(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, patience.Limit())
	defer cancel()
	pod, err := v.client.CoreV1().Pods(metav1.NamespaceDefault).Get(ctx, name, metav1.GetOptions{})
	if err == nil {
		err = v.client.CoreV1().Pods(metav1.NamespaceDefault).Delete(ctx, name, *metav1.NewDeleteOptions(0))
	}
	maps := v.client.CoreV1().ConfigMaps(metav1.NamespaceDefault)
	if gone := maps.Delete(ctx, name, metav1.DeleteOptions{}); gone != nil && !apierrors.IsNotFound(gone) {
		return gone
	}
	if apierrors.IsNotFound(err) {
		return nil
	}
	for ; err == nil; pause(ctx, 20*time.Millisecond) {
		if _, there := os.Stat(v.folder(string(pod.UID))); there != nil {
			_, err = v.client.CoreV1().Pods(metav1.NamespaceDefault).Get(ctx, name, metav1.GetOptions{})
		}
		if ctx.Err() != nil {
			return fmt.Errorf("it is there after %s", patience.Limit())
		}
	}
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}

// bystanders are pods that have nothing to do with all this.
func (v *victim) bystanders(t *testing.T) []string {
	t.Helper()
	names := []string{"bystander-nginx", "bystander-busybox"}
	for _, name := range names {
		_, image, _ := strings.Cut(name, "-")
		c := corev1.Container{Name: "c", Image: map[string]string{"nginx": "nginx:1.28-alpine", "busybox": "busybox:1.37"}[image]}
		if image == "busybox" {
			c.Command = []string{"sleep", "36000"}
		}
		pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: corev1.PodSpec{Containers: []corev1.Container{c}}}
		if _, err := v.client.CoreV1().Pods(metav1.NamespaceDefault).Create(t.Context(), pod, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
		patience.Until(t, name, func() bool { up, err := v.told(t.Context(), name); return up && err == nil }, nil)
	}
	return names
}

// aftermath wants the bystanders unharmed, and no event to tell a secret.
func (v *victim) aftermath(t *testing.T, bystanders []string, r *report) {
	t.Helper()
	for _, name := range bystanders {
		pod, err := v.client.CoreV1().Pods(metav1.NamespaceDefault).Get(t.Context(), name, metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if r.crashes == 0 && (pod.Status.Phase != corev1.PodRunning || pod.Status.ContainerStatuses[0].RestartCount != 0) {
			t.Errorf("%s is %s and was restarted %d times", name, pod.Status.Phase, pod.Status.ContainerStatuses[0].RestartCount)
		}
	}
	events, err := v.client.CoreV1().Events("").List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events.Items {
		for _, secret := range v.secrets.in([]byte(e.Message)) {
			t.Errorf("an event tells %s", secret)
		}
	}
}
