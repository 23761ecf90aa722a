package ask

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/rest"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
)

// Client asks what the API only passes on. It is safe for use by many goroutines.
type Client struct {
	config *rest.Config
	web    *http.Client
	core   *rest.RESTClient
	base   *url.URL
}

// New prepares a client for the cluster of cfg, which web speaks to.
func New(cfg *rest.Config, web *http.Client) (*Client, error) {
	core, err := coreClient(cfg, web)
	if err != nil {
		return nil, err
	}
	base, _, err := rest.DefaultServerURL(cfg.Host, "", schema.GroupVersion{}, web.Transport != nil && rest.IsConfigTransportTLS(*cfg))
	if err != nil {
		return nil, fmt.Errorf("failed to read the server's address: %w", err)
	}
	probing := *web
	probing.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Client{config: cfg, web: &probing, core: core, base: base}, nil
}

// Ping asks the API server a cheap question. The error says that it is not there.
func (c *Client) Ping(ctx context.Context) error {
	timed, cancel := context.WithTimeout(ctx, timing.Brief)
	defer cancel()
	request, err := http.NewRequestWithContext(timed, http.MethodGet, c.base.JoinPath("version").String(), nil)
	if err != nil {
		return err
	}
	response, err := c.web.Do(request)
	if err != nil {
		return err
	}
	return response.Body.Close()
}

// coreClient speaks to the core API in bytes. client-go's typed clients would bring
// every type of Kubernetes along.
func coreClient(cfg *rest.Config, web *http.Client) (*rest.RESTClient, error) {
	scheme := runtime.NewScheme()
	metav1.AddToGroupVersion(scheme, schema.GroupVersion{Version: "v1"})
	core := rest.CopyConfig(cfg)
	core.APIPath, core.GroupVersion = "/api", &schema.GroupVersion{Version: "v1"}
	core.NegotiatedSerializer = serializer.NewCodecFactory(scheme).WithoutConversion()
	client, err := rest.RESTClientForConfigAndClient(core, web)
	if err != nil {
		return nil, fmt.Errorf("failed to create the client for the core API: %w", err)
	}
	return client, nil
}
