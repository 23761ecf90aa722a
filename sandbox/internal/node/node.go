// Package node is one node of the sandbox: it does what a kubelet does, with
// programs in this process for containers. Names, reasons and messages that it
// reports are the kubelet's. It uses upstream's own code where possible: the
// status manager, the conditions, the reading of logs, the back-off, the
// environment of services.
package node

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/uuid"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/util/flowcontrol"
	"k8s.io/kubernetes/pkg/kubelet/allocation"
	kubepod "k8s.io/kubernetes/pkg/kubelet/pod"
	"k8s.io/kubernetes/pkg/kubelet/status"
	"k8s.io/utils/clock"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/network"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/volumes"
)

// Version is what the node reports as its kubelet's.
const Version = "v1.36.3"

// kubeletPort is where the API server finds a node's kubelet.
const kubeletPort = 10250

// Config configures a node. All fields but Held and Resync are required.
type Config struct {
	// Name ends in the node's number, counted from 1: "sandbox-1".
	Name string
	// Client has no client-side rate limit.
	Client  kubernetes.Interface
	Network *network.Network
	Catalog container.Catalog
	// Dir is the node's own folder, for volumes, container files and logs.
	Dir string
	// TLS serves the kubelet's API and decides which clients it accepts.
	TLS *tls.Config
	Log *slog.Logger
	// Held returns the pods that are held back because of what they did before
	// the node's restart; nil holds none.
	Held func(types.UID) (Hold, bool)
	// Resync is how often the files of running pods are brought up to date, plus
	// a random part of up to half of it; 0 is a kubelet's minute.
	Resync time.Duration
}

// Hold says why a pod is held back, and until when.
type Hold struct {
	Until time.Time
	// Container is the container whose program caused it.
	Container string
	// Why is what the program did, in one line.
	Why string
	// Memory says that it used too much memory.
	Memory bool
}

// Node is a running node.
type Node struct {
	Config
	ip   string
	cidr netip.Prefix
	// boot is the boot ID, new at each start, as on a real machine.
	boot string
	// host is the node's own disk, as its pods see it.
	host   volumes.Host
	images []corev1.ContainerImage

	events       recorder
	statuses     status.Manager
	allocations  allocation.Manager
	pods         kubepod.Manager
	crashBackOff *flowcontrol.Backoff
	pullBackOff  *flowcontrol.Backoff

	// self is the node's own object in the API.
	self atomic.Pointer[corev1.Node]
	// admitting is held while a pod is being admitted.
	admitting sync.Mutex

	mu      sync.Mutex
	workers map[types.UID]*worker
	running sync.WaitGroup

	inner       *inner
	ready, done chan struct{}
	err         error
}

// Start starts a node. It returns at once; Ready says when pods can be
// scheduled to it. The node runs until ctx is done, and then stops its programs
// without reporting their end, like a machine that loses power.
func Start(ctx context.Context, cfg Config) (*Node, error) {
	if cfg.TLS == nil {
		return nil, errors.New("failed to start node: no TLS configuration")
	}
	number, err := nodeNumber(cfg.Name)
	if err != nil {
		return nil, err
	}
	n := &Node{
		Config: cfg, ip: network.NodeAddress(number), cidr: network.PodCIDR(number), boot: string(uuid.NewUUID()), host: volumes.NewHost(filepath.Join(cfg.Dir, "host")), images: images(cfg.Catalog),
		pods:         kubepod.NewBasicPodManager(),
		crashBackOff: newCrashBackOff(clock.RealClock{}),
		pullBackOff:  flowcontrol.NewBackOff(backOffFirst, backOffMost),
		workers:      map[types.UID]*worker{},
		inner:        newInner(),
		ready:        make(chan struct{}), done: make(chan struct{}),
	}
	if err := n.host.Make(n.Name); err != nil {
		return nil, err
	}
	n.statuses = status.NewManager(cfg.Client, n.pods, deletionSafety{n}, noLatency{})
	l, err := cfg.Network.ListenNode(n.ip, kubeletPort)
	if err != nil {
		return nil, fmt.Errorf("failed to start node %q: %w", cfg.Name, err)
	}
	go func() {
		defer close(n.done)
		n.err = n.run(ctx, l)
	}()
	return n, nil
}

// resync is how often the files of running pods are brought up to date.
func (n *Node) resync() time.Duration {
	if n.Resync > 0 {
		return n.Resync
	}
	return resyncPeriod
}

// nodeNumber reads the number at the end of a node's name.
func nodeNumber(name string) (int, error) {
	number, err := strconv.Atoi(name[strings.LastIndexByte(name, '-')+1:])
	if err != nil || number < 1 || number > 200 {
		return 0, fmt.Errorf("failed to start node %q: the name does not end in -1 to -200", name)
	}
	return number, nil
}

// Ready is closed when the node is registered and accepts pods.
func (n *Node) Ready() <-chan struct{} { return n.ready }

// Done is closed when the node has stopped.
func (n *Node) Done() <-chan struct{} { return n.done }

// Err is why the node stopped, nil if it was asked to; only after Done.
func (n *Node) Err() error { return n.err }
