package controlplane

import "testing"

// upstreamLogger is what upstream put into the variable that log.go is linked
// to, before anybody replaced it.
var upstreamLogger = etcd3ClientLogger

// Without upstream's variable the linked one would be empty and unused.
func TestLoggerIsUpstreams(t *testing.T) {
	if upstreamLogger == nil {
		t.Error("k8s.io/apiserver's storagebackend/factory has no etcd3ClientLogger any more: see docs/upstream.md")
	}
}
