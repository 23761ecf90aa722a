// Command demo is the program of the demo image: see package demo.
package main

import (
	"context"
	"net"
	"os"
	"os/signal"
	"syscall"

	"github.com/kubectl-learn/kubectl-learn/images/demo"
)

func main() {
	stop, release := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	code := demo.Run(context.Background(), demo.Config{
		Args:   os.Args,
		Env:    os.Environ(),
		Listen: net.Listen,
		Dial:   new(net.Dialer).DialContext,
		Stdout: os.Stdout,
		Stderr: os.Stderr,
		Addr:   ownAddress(),
		Stop:   stop.Done(),
		Drain:  demo.Drain,
	})
	release()
	os.Exit(code)
}

// ownAddress is POD_IP where the manifest gives it, else the first address of
// the pod that is not loopback, else the host name.
func ownAddress() string {
	if ip := os.Getenv("POD_IP"); ip != "" {
		return ip
	}
	addrs, err := net.InterfaceAddrs()
	for _, addr := range addrs {
		if ip, ok := addr.(*net.IPNet); err == nil && ok && !ip.IP.IsLoopback() && ip.IP.To4() != nil {
			return ip.IP.String()
		}
	}
	name, err := os.Hostname()
	if err != nil {
		return "unknown"
	}
	return name
}
