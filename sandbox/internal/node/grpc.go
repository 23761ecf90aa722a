package node

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
	"k8s.io/kubernetes/pkg/probe"
)

// grpc is upstream's probe of a gRPC health service (pkg/probe/grpc), which
// cannot use another network.
func (p *prober) grpc(ctx context.Context, timeout time.Duration) (probe.Result, string, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	address := net.JoinHostPort(p.worker.address(), strconv.Itoa(int(p.spec.GRPC.Port)))
	conn, err := grpc.NewClient("passthrough:///"+address,
		grpc.WithUserAgent("kube-probe/1.36"),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, at string) (net.Conn, error) { return p.worker.dial(ctx, "tcp", at) }))
	if err != nil {
		return probe.Failure, fmt.Sprintf("error: failed to connect service at %q: %+v", address, err), nil
	}
	defer func() { _ = conn.Close() }()
	if err := connected(ctx, conn); err != nil {
		return probe.Failure, fmt.Sprintf("timeout: failed to connect service %q within %v: %+v", address, timeout, err), nil
	}
	request := &grpc_health_v1.HealthCheckRequest{}
	if p.spec.GRPC.Service != nil {
		request.Service = *p.spec.GRPC.Service
	}
	answer, err := grpc_health_v1.NewHealthClient(conn).Check(ctx, request)
	if err != nil {
		return probe.Failure, unhealthy(err, timeout), nil
	}
	if answer.GetStatus() != grpc_health_v1.HealthCheckResponse_SERVING {
		return probe.Failure, fmt.Sprintf("service unhealthy (responded with %q)", answer.GetStatus().String()), nil
	}
	return probe.Success, "service healthy", nil
}

// connected waits for a connection, which is retried until ctx is done.
func connected(ctx context.Context, conn *grpc.ClientConn) error {
	for {
		now := conn.GetState()
		if now == connectivity.Ready {
			return nil
		}
		conn.Connect()
		if !conn.WaitForStateChange(ctx, now) {
			return ctx.Err()
		}
	}
}

func unhealthy(err error, timeout time.Duration) string {
	switch s, _ := status.FromError(err); s.Code() {
	case codes.Unimplemented:
		return "error: this server does not implement the grpc health protocol (grpc.health.v1.Health): " + s.Message()
	case codes.DeadlineExceeded:
		return fmt.Sprintf("timeout: health rpc did not complete within %v", timeout)
	}
	return fmt.Sprintf("error: health rpc probe failed: %+v", err)
}
