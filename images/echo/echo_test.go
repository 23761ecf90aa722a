package echo

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-learn/kubectl-learn/images/imagetest"
	"github.com/kubectl-learn/kubectl-learn/images/service"
)

func TestPage(t *testing.T) {
	pay := func(ctx context.Context, w service.World) int { return Run(ctx, w, "pay") }
	r := imagetest.Start(t, pay, ":80", service.World{Environ: []string{"APP_VERSION=v1"}, Hostname: "pay-v1-abc"})
	const plain = "service: pay\nversion: v1\npod: pay-v1-abc\npath: "
	for _, tt := range []struct {
		path   string
		header []string
		want   string
	}{
		{"/", nil, plain + "/\n"},
		{"/pay/cards?n=1", []string{"X-Forwarded-Proto", "http", "X-Forwarded-For", "10.0.0.1", "X-Other", "no"}, plain + "/pay/cards\nX-Forwarded-For: 10.0.0.1\nX-Forwarded-Proto: http\n"},
		{"/healthz", nil, "ok\n"},
	} {
		status, body, _ := r.Get(t, tt.path, tt.header...)
		if diff := cmp.Diff(tt.want, body); diff != "" || status != 200 {
			t.Errorf("%s: status %d (-want +got):\n%s", tt.path, status, diff)
		}
	}
}
