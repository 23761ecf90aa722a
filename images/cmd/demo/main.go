// Command demo is the program of the lesson images: see package program.
package main

import (
	"context"
	"net"
	"os"
	"os/signal"
	"syscall"

	"github.com/kubectl-learn/kubectl-learn/images/program"
	"github.com/kubectl-learn/kubectl-learn/images/service"
)

func main() {
	stop, release := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	name := hostname()
	code := program.Run(context.Background(), service.World{
		Args:     os.Args,
		Environ:  os.Environ(),
		Listen:   net.Listen,
		Dial:     new(net.Dialer).DialContext,
		Stdout:   os.Stdout,
		Stderr:   os.Stderr,
		Addr:     ownAddress(name),
		Hostname: name,
		Stop:     stop.Done(),
		Drain:    service.Drain,
	})
	release()
	os.Exit(code)
}

func hostname() string {
	name, err := os.Hostname()
	if err != nil {
		return "unknown"
	}
	return name
}

// ownAddress is POD_IP where the manifest gives it, else the first address of
// the pod that is not loopback, else the host name.
func ownAddress(hostname string) string {
	if ip := os.Getenv("POD_IP"); ip != "" {
		return ip
	}
	addrs, err := net.InterfaceAddrs()
	for _, addr := range addrs {
		if ip, ok := addr.(*net.IPNet); err == nil && ok && !ip.IP.IsLoopback() && ip.IP.To4() != nil {
			return ip.IP.String()
		}
	}
	return hostname
}
