// Package frontend is the program of the image frontend. On each visit it asks
// the service behind it, http://webservice or what BACKEND_URL names, and puts
// the answer into its page. When none comes, the page says ERROR RECEIVED.
package frontend

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/images/service"
)

const (
	port = ":8080"
	// patience is how long the service behind may take.
	patience = 2 * time.Second
	// most is how much of its answer is shown, in bytes.
	most = 64 << 10
)

const page = `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>frontend</title></head>
<body>
<h1>Frontend</h1>
<p>%s</p>
</body>
</html>
`

// Run serves until it is asked to stop and returns the exit code.
func Run(ctx context.Context, w service.World) int {
	backend := w.Getenv("BACKEND_URL", "http://webservice")
	// A connection for each visit: a Service chooses a pod for each one.
	client := &http.Client{Timeout: patience, Transport: &http.Transport{DialContext: w.Dial, DisableKeepAlives: true}}
	return w.Serve(ctx, service.Service{
		About:   fmt.Sprintf("frontend %s in front of %s", w.Version(), backend),
		Address: port,
		Handle: func(mux *http.ServeMux) {
			mux.HandleFunc("GET /{$}", func(rw http.ResponseWriter, r *http.Request) {
				text, err := ask(r.Context(), client, backend)
				if err != nil {
					w.Complain().Printf("no answer from %s: %v", backend, err)
					text = "ERROR RECEIVED"
				}
				rw.Header().Set("Content-Type", "text/html; charset=utf-8")
				w.Write(rw, fmt.Sprintf(page, html.EscapeString(text)))
			})
		},
	})
}

// ask returns what the service behind says, without white space around it.
func ask(ctx context.Context, client *http.Client, url string) (_ string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	resp, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, resp.Body.Close()) }()
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("it answers %s", resp.Status)
	}
	text, err := io.ReadAll(io.LimitReader(resp.Body, most))
	return strings.TrimSpace(string(text)), err
}
