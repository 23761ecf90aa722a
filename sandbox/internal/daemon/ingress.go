package daemon

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"os"
	"strconv"

	"github.com/kubectl-learn/kubectl-learn/internal/atomicfile"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/ingress"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/network"
)

// ingressPort is tried first for Ingresses: what a learner can open without
// root, and finds in most examples.
const ingressPort = 8080

// ingressFile holds the port while one is open. It is a file of its own since
// the record is written by who starts the daemon.
const ingressFile = "ingress.json"

// serveIngresses runs the ingress controller until ctx is done.
func (c *cluster) serveIngresses(ctx context.Context, folder Folder, inside *network.Network, log *slog.Logger) {
	tell := func(port int) {
		if err := folder.writeIngress(port); err != nil {
			log.Error("failed to say where Ingresses are served", "error", err)
		}
	}
	tell(0)
	go func() {
		err := ingress.Run(ctx, ingress.Config{
			Client: c.Client(), Network: inside, NodeAddress: network.NodeAddress(1), Port: ingressPort, Listening: tell, Log: log,
		})
		if err != nil && !errors.Is(err, context.Canceled) {
			log.Error("Ingresses are no longer served", "error", err)
		}
	}()
}

func (f Folder) writeIngress(port int) error {
	data, err := json.Marshal(map[string]int{"port": port})
	if err != nil {
		return err
	}
	return atomicfile.Write(f.file(ingressFile), append(data, '\n'))
}

// ingressURL is where Ingresses are served on this machine; "" while they are
// not.
func (f Folder) ingressURL() string {
	var said struct{ Port int }
	data, err := os.ReadFile(f.file(ingressFile))
	if err != nil || json.Unmarshal(data, &said) != nil || said.Port == 0 {
		return ""
	}
	return "http://" + net.JoinHostPort("127.0.0.1", strconv.Itoa(said.Port))
}
