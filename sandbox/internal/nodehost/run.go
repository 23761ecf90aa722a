package nodehost

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"sync"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/controlplane"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/fleet"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/ingress"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/network"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/node"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs"
)

// ingressPort is tried first for Ingresses: what a learner can open without
// root, and finds in most examples.
const ingressPort = 8080

// RunOptions are the options of the process.
type RunOptions struct {
	// In and Out are the lines to and from the control plane's side.
	In  io.Reader
	Out io.Writer
	// Build is the version that this program was built as.
	Build string
	// Exit ends the process at once.
	Exit func(code int)
	Log  *slog.Logger
}

// errLostPower says that the control plane's side is gone without having
// stopped the process.
var errLostPower = errors.New("the sandbox's control plane is gone")

// Run is the process of the nodes. It returns nil when it was told to stop, and
// an error if the process that started it is gone: the caller must then end this
// process, whatever still runs in it.
func Run(ctx context.Context, opts RunOptions) error {
	orders := json.NewDecoder(bufio.NewReader(opts.In))
	var first order
	if err := orders.Decode(&first); err != nil {
		return fmt.Errorf("failed to read what to run: %w", err)
	}
	if first.Boot == nil {
		return errors.New("failed to read what to run: the first order is not a boot order")
	}
	if first.Boot.Build != opts.Build {
		return fmt.Errorf("the program was replaced while the sandbox was running: it is version %q, the sandbox is %q", opts.Build, first.Boot.Build)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r := &room{boot: *first.Boot, say: &speaker{to: json.NewEncoder(opts.Out)}, log: opts.Log}
	confined, err := confine(r.boot)
	if err != nil {
		return err
	}
	r.say.report(report{Confined: &confined})
	go releaseMemory(ctx)
	if err := r.start(ctx); err != nil {
		return err
	}
	if confined.Memory > 0 {
		m := &memoryWatch{limit: confined.Memory, log: opts.Log, exit: opts.Exit, heaviest: r.fleet.Heaviest, say: r.say.report}
		go m.run(ctx)
	}
	for {
		var next order
		if err := orders.Decode(&next); err != nil {
			return errLostPower
		}
		switch {
		case next.Want != nil:
			r.wantOnce(ctx, *next.Want)
		case next.Ping:
			go r.answer(ctx)
		case next.Stop:
			cancel()
			r.nodes.Wait()
			return nil
		}
	}
}

// speaker writes reports, one at a time.
type speaker struct {
	mu sync.Mutex
	to *json.Encoder
}

// report sends a report; if no one reads it any more, the other pipe shows
// that.
func (s *speaker) report(r report) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.to.Encode(r)
}

// room is what the process runs: network and nodes.
type room struct {
	boot    boot
	say     *speaker
	log     *slog.Logger
	network *network.Network
	fleet   *fleet.Fleet
	once    sync.Once
	nodes   sync.WaitGroup
}

// start brings up the network, and the fleet without nodes.
func (r *room) start(ctx context.Context) error {
	config, err := r.boot.Credentials.RESTConfig()
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return fmt.Errorf("failed to make a client for the nodes: %w", err)
	}
	inside := network.New()
	r.network = inside
	inside.OnUse(func() func() {
		r.say.report(report{Use: 1})
		return func() { r.say.report(report{Use: -1}) }
	})
	if err := inside.ForwardNode(controlplane.AdvertiseAddress, controlplane.AdvertisePort, r.boot.Server); err != nil {
		return err
	}
	if err := r.openLink(ctx, inside); err != nil {
		return err
	}
	r.background(ctx, "Services no longer lead to pods", func() error { return inside.RunProxy(ctx, client) })
	r.background(ctx, "Ingresses are no longer served", func() error {
		return ingress.Run(ctx, ingress.Config{
			Client: client, Network: inside, NodeAddress: network.NodeAddress(1), Port: ingressPort, Log: r.log,
			Listening: func(port int) { r.say.report(report{Ingress: &port}) },
		})
	})
	r.fleet = fleet.New(fleet.Config{
		Plane: plane{r.boot.Credentials, client}, Network: inside, Catalog: programs.Catalog(), Dir: r.boot.Dir, Log: r.log,
		Changed: func(nodes []fleet.Node) { r.say.report(report{Nodes: nodes}) },
		Held: func(uid types.UID) (node.Hold, bool) {
			h, ok := r.boot.Held[uid]
			return h, ok
		},
	})
	return nil
}

func (r *room) background(ctx context.Context, lost string, work func() error) {
	go func() {
		if err := work(); err != nil && ctx.Err() == nil {
			r.log.Error(lost, "error", err)
		}
	}()
}

// openLink gives the API server access to the network.
func (r *room) openLink(ctx context.Context, inside *network.Network) error {
	config, err := r.boot.Credentials.KubeletTLS(linkName)
	if err != nil {
		return err
	}
	var listen net.ListenConfig
	l, err := listen.Listen(ctx, "tcp", net.JoinHostPort(linkAddress, "0"))
	if err != nil {
		return fmt.Errorf("failed to open the link to the API server: %w", err)
	}
	r.background(ctx, "the API server no longer reaches the nodes", func() error {
		return serveLink(ctx, tls.NewListener(l, config), inside.DialFromNode)
	})
	r.say.report(report{Link: l.Addr().String()})
	return nil
}

// wantOnce changes the wanted nodes; the first time it starts the fleet.
func (r *room) wantOnce(ctx context.Context, wanted fleet.Wanted) {
	r.fleet.Want(wanted)
	r.once.Do(func() {
		r.nodes.Go(func() { r.fleet.Run(ctx) })
		go func() {
			select {
			case <-r.fleet.Ready():
				r.say.report(report{Ready: true})
			case <-ctx.Done():
			}
		}()
	})
}

// answer reports that the process is alive, after taking the locks of the
// network and all nodes: a deadlocked process doesn't get that far.
func (r *room) answer(ctx context.Context) {
	const nobody = 1 // a port that no node listens on
	c, err := r.network.DialFromNode(ctx, "tcp", net.JoinHostPort(network.NodeAddress(1), strconv.Itoa(nobody)))
	if err == nil {
		_ = c.Close()
	}
	r.fleet.Heaviest()
	r.say.report(report{Alive: true})
}

// plane is the control plane as the fleet needs it.
type plane struct {
	credentials controlplane.NodeCredentials
	client      kubernetes.Interface
}

func (p plane) Client() kubernetes.Interface { return p.client }

func (p plane) NodeClient(wrap func(http.RoundTripper) http.RoundTripper) (kubernetes.Interface, error) {
	return p.credentials.Client(wrap)
}

func (p plane) KubeletTLS(name, _ string) (*tls.Config, error) { return p.credentials.KubeletTLS(name) }
