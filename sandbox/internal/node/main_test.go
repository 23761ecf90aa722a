package node_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/controlplane"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/network"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/node"
)

// kubeconfig is where the tests' cluster is; nodeReady how long its node took.
var (
	kubeconfig string
	nodeReady  time.Duration
	cluster    parts
	nodeDir    string
)

// parts is what a node joins.
type parts struct {
	plane   *controlplane.ControlPlane
	network *network.Network
}

// config is that of a node of the tests' cluster.
func (p parts) config(t *testing.T, name, dir string) node.Config {
	t.Helper()
	serving, err := p.plane.KubeletTLS(name, "10.0.0.12")
	if err != nil {
		t.Fatal(err)
	}
	return node.Config{
		Name: name, Client: p.plane.Client(), Network: p.network, Catalog: catalog(), Dir: dir, TLS: serving,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
}

func TestMain(m *testing.M) {
	code, err := withCluster(m.Run)
	if err != nil {
		fmt.Fprintln(os.Stderr, "failed to start the tests' cluster:", err)
		code = 1
	}
	os.Exit(code)
}

// withCluster runs tests against a control plane and a node in this process.
func withCluster(run func() int) (int, error) {
	dir, err := os.MkdirTemp("", "node")
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	ctx, cancel := context.WithCancel(context.Background())
	virtual := network.New()
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		cancel()
		return 0, err
	}
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	plane, err := controlplane.Start(ctx, controlplane.Config{Dir: dir, Listener: l, DialFromNode: virtual.DialFromNode, Log: log})
	if err != nil {
		cancel()
		return 0, err
	}
	defer func() {
		cancel()
		<-plane.Done()
	}()
	if err := virtual.ForwardNode(controlplane.AdvertiseAddress, controlplane.AdvertisePort, plane.ServerAddress()); err != nil {
		return 0, err
	}
	config, err := plane.Kubeconfig()
	if err != nil {
		return 0, err
	}
	kubeconfig = filepath.Join(dir, "kubeconfig")
	if err := os.WriteFile(kubeconfig, config, 0o600); err != nil {
		return 0, err
	}
	<-plane.Ready()
	cluster = parts{plane, virtual}
	go func() { _ = virtual.RunProxy(ctx, plane.Client()) }()
	serving, err := plane.KubeletTLS("sandbox-1", network.NodeAddress(1))
	if err != nil {
		return 0, err
	}
	nodeDir = filepath.Join(dir, "sandbox-1")
	begun := time.Now()
	n, err := node.Start(ctx, node.Config{
		Name: "sandbox-1", Client: plane.Client(), Network: virtual, Catalog: catalog(),
		Dir: nodeDir, TLS: serving, Log: log, Resync: 2 * time.Second,
	})
	if err != nil {
		return 0, err
	}
	select {
	case <-n.Ready():
	case <-n.Done():
		return 0, n.Err()
	}
	nodeReady = time.Since(begun)
	return run(), nil
}

// kubectl runs the real one and returns what it printed.
func kubectl(t *testing.T, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	cmd := kubectlCommand(patience.Context(t), args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	return out.String(), errs.String(), err
}

// must is kubectl where nothing may go wrong.
func must(t *testing.T, args ...string) string {
	t.Helper()
	out, errs, err := kubectl(t, args...)
	if err != nil {
		t.Fatalf("kubectl %s: %v\n%s%s", strings.Join(args, " "), err, out, errs)
	}
	return out
}

// apply applies a manifest into a new namespace and returns its name.
func apply(t *testing.T, manifest string) string {
	t.Helper()
	namespace := strings.ToLower(strings.NewReplacer("/", "-", "_", "-").Replace(t.Name()))
	must(t, "create", "namespace", namespace)
	file := filepath.Join(t.TempDir(), "manifest.yaml")
	if err := os.WriteFile(file, []byte(manifest), 0o600); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the default service account", func() bool {
		_, _, err := kubectl(t, "-n", namespace, "get", "serviceaccount", "default")
		return err == nil
	})
	must(t, "-n", namespace, "apply", "-f", file)
	return namespace
}

// eventually waits until a condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	patience.Until(t, what, holds, nil)
}

// jsonpath reads one value.
func jsonpath(t *testing.T, namespace, object, path string) string {
	t.Helper()
	out, _, _ := kubectl(t, "-n", namespace, "get", object, "-o", "jsonpath={"+path+"}")
	return out
}

// kubectlCommand is the kubectl that the sandbox program holds, so that the
// tests need none on the machine and always have the same.
func kubectlCommand(ctx context.Context, args ...string) *exec.Cmd {
	own := []string{"kubectl", "--kubeconfig", kubeconfig}
	return exec.CommandContext(ctx, filepath.Join("..", "..", "..", "bin", "kubectl-learn-sandbox"), append(own, args...)...)
}
