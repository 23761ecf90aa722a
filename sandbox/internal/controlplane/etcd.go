package controlplane

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"

	"go.etcd.io/etcd/server/v3/embed"
	"go.etcd.io/etcd/server/v3/etcdserver/api/v3rpc"
	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/test/bufconn"
	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/apiserver/pkg/server/egressselector"
)

// connBuffer is the size in bytes of each direction of a connection to etcd. The
// API server opens one for each of its resources.
const connBuffer = 32 << 10

// etcd is a member without a socket: its only clients are in this process and
// connect through memory. No other user of the machine can reach it.
type etcd struct {
	member   *embed.Etcd
	listener *bufconn.Listener
	server   *grpc.Server
}

// startEtcd opens the data in dir and waits until the member is its own leader.
func startEtcd(ctx context.Context, dir string, log *slog.Logger) (*etcd, error) {
	if err := prepareData(dir); err != nil {
		return nil, fmt.Errorf("failed to make %s: %w", dir, err)
	}
	member, err := embed.StartEtcd(etcdConfig(dir, log))
	if err != nil {
		return nil, fmt.Errorf("failed to start etcd over %s: %w", dir, err)
	}
	select {
	case <-member.Server.ReadyNotify():
	case <-member.Server.StopNotify():
		return nil, fmt.Errorf("failed to start etcd over %s: it stopped at once", dir)
	case <-ctx.Done():
		member.Close()
		return nil, ctx.Err()
	}
	if err := os.Remove(making(dir)); err != nil && !errors.Is(err, os.ErrNotExist) {
		member.Close()
		return nil, fmt.Errorf("failed to start etcd over %s: %w", dir, err)
	}
	e := &etcd{member: member, listener: bufconn.Listen(connBuffer), server: v3rpc.Server(member.Server, nil, nil, keepAlive())}
	go func() {
		if err := e.server.Serve(e.listener); err != nil && !errors.Is(err, grpc.ErrServerStopped) {
			log.Error("etcd stopped serving", "error", err)
		}
	}()
	return e, nil
}

// keepAlive allows the pings of the API server's clients, every 30 seconds. By
// default gRPC allows one in 5 minutes, and closes the connection of a client
// that pings more often (GOAWAY, too_many_pings).
func keepAlive() grpc.ServerOption {
	return grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: embed.DefaultGRPCKeepAliveMinTime})
}

// making is a file that exists until the first start is complete.
func making(dir string) string { return dir + ".making" }

// prepareData creates the folder. It removes what a killed first start left:
// nothing has been stored yet, and a member that did not record its cluster waits
// forever for others.
func prepareData(dir string) error {
	_, missing := os.Stat(dir)
	_, half := os.Stat(making(dir))
	if half == nil {
		missing = os.RemoveAll(dir)
		if missing == nil {
			missing = os.ErrNotExist
		}
	}
	if errors.Is(missing, os.ErrNotExist) {
		if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(making(dir), nil, 0o600); err != nil {
			return err
		}
	}
	return os.MkdirAll(dir, 0o700)
}

func etcdConfig(dir string, log *slog.Logger) *embed.Config {
	cfg := embed.NewConfig()
	cfg.Dir = dir
	cfg.Name = "sandbox"
	cfg.ListenClientUrls, cfg.AdvertiseClientUrls, cfg.ListenPeerUrls = nil, nil, nil
	// A member needs an address, though no one will ever dial it.
	cfg.AdvertisePeerUrls = []url.URL{{Scheme: "http", Host: "127.0.0.1:1"}}
	cfg.InitialCluster = cfg.InitialClusterFromName(cfg.Name)
	cfg.EnableGRPCGateway = false
	// A single member waits for one election timeout before it leads. It has no
	// competitors, so that may be short; but each tick wakes the process, for as
	// long as it runs.
	cfg.TickMs, cfg.ElectionMs = 30, 150
	// Written data is in the page cache, which survives a killed process; only
	// a crash of the whole machine can lose the last seconds.
	cfg.UnsafeNoFsync = true
	cfg.ZapLoggerBuilder = embed.NewZapLoggerBuilder(zap.New(zapCore(log)))
	return cfg
}

// lookup tells the API server's etcd clients how to connect.
func (e *etcd) lookup(egressselector.NetworkContext) (utilnet.DialFunc, error) {
	return func(ctx context.Context, _, _ string) (net.Conn, error) {
		return e.listener.DialContext(ctx)
	}, nil
}

// close ends the clients' connections and then writes the remaining data.
func (e *etcd) close() {
	e.server.Stop()
	e.member.Close()
}
