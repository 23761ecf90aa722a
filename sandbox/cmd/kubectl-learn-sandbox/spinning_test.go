package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
)

// spinBound is how long 95 of 100 answers of the API may take while 20 containers
// spin, beyond what the machine takes without them.
const spinBound = 200 * time.Millisecond

// Containers that compute without end leave the API its share of the machine.
func TestSpinningPodsLeaveTheAPIAlone(t *testing.T) {
	bin, home := program(t), t.TempDir()
	must := func(args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), bin, args...)
		cmd.Env = append(os.Environ(), "KUBECTL_LEARN_HOME="+home)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%q: %v\n%s", args, err, out)
		}
	}
	must("up", "--port", strconv.Itoa(20000+rand.IntN(10000)))
	t.Cleanup(func() { stopLeftOver(t, bin, append(os.Environ(), "KUBECTL_LEARN_HOME="+home)) })
	config, err := clientcmd.BuildConfigFromFlags("", filepath.Join(home, "sandbox", "kubeconfig"))
	if err != nil {
		t.Fatal(err)
	}
	config.QPS = -1
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	ctx := patience.Context(t)
	calm := answersOf(ctx, t, client)
	must("kubectl", "create", "deployment", "spin", "--image=busybox:1.37", "--replicas=20", "--", "sh", "-c", "while :; do :; done")
	must("kubectl", "rollout", "status", "deployment/spin", "--timeout="+patience.Limit().String())
	busy := answersOf(ctx, t, client)
	t.Logf("95 of 100 answers: %s without, %s with 20 spinning containers", calm, busy)
	if busy > calm+spinBound {
		t.Errorf("95 of 100 answers take %s with 20 spinning containers, and %s without", busy, calm)
	}
}

// answersOf is the time in which 95 of 100 requests are answered that write or
// list.
func answersOf(ctx context.Context, t *testing.T, client kubernetes.Interface) time.Duration {
	t.Helper()
	const rounds = 100
	var took []time.Duration
	maps := client.CoreV1().ConfigMaps(metav1.NamespaceDefault)
	for i := range rounds {
		begun := time.Now()
		var err error
		if i%2 == 0 {
			_, err = maps.List(ctx, metav1.ListOptions{})
		} else {
			_, err = maps.Patch(ctx, "kube-root-ca.crt", "application/merge-patch+json",
				[]byte(fmt.Sprintf(`{"metadata": {"annotations": {"round": "%d"}}}`, i)), metav1.PatchOptions{})
		}
		if err != nil {
			t.Fatal(err)
		}
		took = append(took, time.Since(begun))
	}
	slices.Sort(took)
	return took[rounds*95/100]
}
