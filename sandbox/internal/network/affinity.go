package network

import (
	"net/netip"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// affinity remembers which endpoint a client got from a service with session
// affinity. Each new connection restarts the timeout, as kube-proxy's iptables
// rules do ("-m recent --set", "--rcheck --seconds").
type affinity struct {
	mu   sync.Mutex
	kept map[affinityKey]choice
}

type affinityKey struct {
	service objectName
	port    string
	client  netip.Addr
}

type choice struct {
	at    netip.AddrPort
	until time.Time
}

func newAffinity() *affinity { return &affinity{kept: map[affinityKey]choice{}} }

// timeOf returns how long a service keeps a client on one endpoint; zero if it
// doesn't.
func timeOf(s *corev1.Service) time.Duration {
	if s.Spec.SessionAffinity != corev1.ServiceAffinityClientIP {
		return 0
	}
	seconds := corev1.DefaultClientIPServiceAffinitySeconds
	if c := s.Spec.SessionAffinityConfig; c != nil && c.ClientIP != nil && c.ClientIP.TimeoutSeconds != nil {
		seconds = *c.ClientIP.TimeoutSeconds
	}
	return time.Duration(seconds) * time.Second
}

// choose returns the client's endpoint while it is usable, otherwise the one
// that pick returns, and remembers it.
func (a *affinity) choose(p servicePort, client netip.Addr, usable []endpoint, pick func([]endpoint) netip.AddrPort) netip.AddrPort {
	limit := timeOf(p.service.object)
	if limit == 0 {
		return pick(usable)
	}
	key := affinityKey{objectName{p.service.object.Namespace, p.service.object.Name}, p.port.Name, client}
	now := time.Now()
	a.mu.Lock()
	defer a.mu.Unlock()
	at := pick(usable)
	if before, ok := a.kept[key]; ok && now.Before(before.until) && contains(usable, before.at) {
		at = before.at
	}
	a.kept[key] = choice{at, now.Add(limit)}
	return at
}

func contains(endpoints []endpoint, at netip.AddrPort) bool {
	for _, e := range endpoints {
		if e.at == at {
			return true
		}
	}
	return false
}

// forget drops expired entries, and those of deleted services.
func (a *affinity) forget(now *services) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for key, c := range a.kept {
		if s := now.byName[key.service]; s == nil || timeOf(s.object) == 0 || time.Now().After(c.until) {
			delete(a.kept, key)
		}
	}
}
