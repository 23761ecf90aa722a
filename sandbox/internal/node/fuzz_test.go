package node_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
)

// FuzzPodSpec gives the node odd pods that the API server lets through: each
// reaches a state that its status or an event shows, and is removed without a
// trace.
func FuzzPodSpec(f *testing.F) {
	f.Add([]byte("a pod"))
	f.Add([]byte{})
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24})
	client := cluster.plane.Client()
	before := running(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		t.Parallel()
		pod := odd(data)
		made, err := client.CoreV1().Pods("default").Create(t.Context(), pod, metav1.CreateOptions{})
		if apierrors.IsInvalid(err) || apierrors.IsForbidden(err) || apierrors.IsBadRequest(err) {
			t.Skip(err)
		}
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if t.Failed() {
				text, _ := yaml.Marshal(made.Spec)
				t.Logf("the pod was:\n%s", text)
			}
		}()
		within(t, "a told state", func() error { return told(t.Context(), client, made) })
		err = client.CoreV1().Pods("default").Delete(t.Context(), made.Name, *metav1.NewDeleteOptions(0))
		if err != nil && !apierrors.IsNotFound(err) {
			t.Fatal(err)
		}
		within(t, "its folder to go", func() error {
			if _, err := os.Stat(filepath.Join(nodeDir, "pods", string(made.UID))); err == nil {
				return errors.New("it is there")
			}
			return nil
		})
	})
	within(f, "the goroutines of pods to end", func() error {
		if now := running(f); now > before {
			return fmt.Errorf("%d run, %d ran before", now, before)
		}
		return nil
	})
}

// within waits for what must come to pass.
func within(tb testing.TB, what string, check func() error) {
	tb.Helper()
	var err error
	patience.Until(tb, what, func() bool { err = check(); return err == nil }, func() string { return err.Error() })
}

// told returns nil when the API shows the pod's state.
func told(ctx context.Context, client kubernetes.Interface, pod *corev1.Pod) error {
	now, err := client.CoreV1().Pods(pod.Namespace).Get(ctx, pod.Name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	if now.Status.Phase != corev1.PodPending {
		return nil
	}
	for _, s := range slices.Concat(now.Status.InitContainerStatuses, now.Status.ContainerStatuses) {
		why := s.State.Waiting
		if why == nil || (why.Reason != "ContainerCreating" && why.Reason != "PodInitializing") {
			return nil
		}
	}
	events, err := client.CoreV1().Events(pod.Namespace).List(ctx, metav1.ListOptions{
		FieldSelector: fields.OneTermEqualSelector("involvedObject.uid", string(pod.UID)).String(),
	})
	if err != nil {
		return err
	}
	for _, e := range events.Items {
		if e.Type == corev1.EventTypeWarning {
			return nil
		}
	}
	return errors.New("it is pending, and nobody says why")
}

// running counts the goroutines of pods and of their programs.
func running(tb testing.TB) int {
	tb.Helper()
	var out bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&out, 2); err != nil {
		tb.Fatal(err)
	}
	return strings.Count(out.String(), "node.(*worker).run(") + strings.Count(out.String(), "container.guard(") +
		strings.Count(out.String(), "node.(*prober).loop(")
}
