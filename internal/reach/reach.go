// Package reach finds an address where this machine can reach a Service: a node port if
// one responds, or else a port of this machine that is forwarded to one of the
// Service's pods.
package reach

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// dialTime is how long a node's address may take to respond. An address that leads
// nowhere doesn't respond at all.
const dialTime = time.Second

// NotReachedError says that this machine can't reach a node port of a Service.
type NotReachedError struct {
	Service string
	// Port is the Service's first port.
	Port int64
	// NodePort is 0 if the Service has none.
	NodePort int64
}

func (e *NotReachedError) Error() string {
	if e.NodePort == 0 {
		return fmt.Sprintf("service %q has no node port", e.Service)
	}
	return fmt.Sprintf("no node answers on node port %d of service %q", e.NodePort, e.Service)
}

// Finder finds addresses of Services in one cluster.
type Finder struct {
	config *rest.Config
	client dynamic.Interface
}

// New returns a Finder. It makes no request yet.
func New(config *rest.Config) (*Finder, error) {
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, lang.Errorf("failed to create a client: %w", "无法创建客户端，原文：%w", err)
	}
	return &Finder{config: config, client: client}, nil
}

// NodePort returns the host:port of a node that responds on the Service's first node
// port. It fails with *NotReachedError.
func (f *Finder) NodePort(ctx context.Context, namespace, service string) (string, error) {
	object, err := f.core("services").Namespace(namespace).Get(ctx, service, metav1.GetOptions{})
	if err != nil {
		return "", err
	}
	port := firstPort(object)
	nodePort, _ := port["nodePort"].(int64)
	number, _ := port["port"].(int64)
	if nodePort != 0 {
		for _, host := range f.hosts(ctx) {
			address := net.JoinHostPort(host, strconv.FormatInt(nodePort, 10))
			if answers(ctx, address) {
				return address, nil
			}
		}
	}
	return "", &NotReachedError{Service: service, Port: number, NodePort: nodePort}
}

func (f *Finder) core(resource string) dynamic.NamespaceableResourceInterface {
	return f.client.Resource(schema.GroupVersionResource{Version: "v1", Resource: resource})
}

// sandboxRuntime begins the container runtime of the sandbox's nodes. Their addresses
// are made up: on this machine's network they belong to somebody else.
const sandboxRuntime = "sandbox://"

// hosts are where a node port may respond: this machine, for clusters that publish it
// here, or else the nodes' own addresses.
func (f *Finder) hosts(ctx context.Context) []string {
	hosts := []string{"127.0.0.1"}
	list, err := f.core("nodes").List(ctx, metav1.ListOptions{Limit: 10})
	if err != nil {
		return hosts
	}
	for _, node := range list.Items {
		runtime, _, _ := unstructured.NestedString(node.Object, "status", "nodeInfo", "containerRuntimeVersion")
		if strings.HasPrefix(runtime, sandboxRuntime) {
			continue
		}
		addresses, _, _ := unstructured.NestedSlice(node.Object, "status", "addresses")
		for _, entry := range addresses {
			if m, ok := entry.(map[string]any); ok && (m["type"] == "InternalIP" || m["type"] == "ExternalIP") {
				hosts = append(hosts, fmt.Sprint(m["address"]))
			}
		}
	}
	return hosts
}

func answers(ctx context.Context, address string) bool {
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return false
	}
	return conn.Close() == nil
}

func firstPort(service *unstructured.Unstructured) map[string]any {
	ports, _, _ := unstructured.NestedSlice(service.Object, "spec", "ports")
	for _, p := range ports {
		if m, ok := p.(map[string]any); ok {
			return m
		}
	}
	return nil
}
