package shell

import (
	"bytes"
	"testing"
)

func TestRunnerKeepsStreamsApartAndNothingElse(t *testing.T) {
	r := Runner{Config: Config{Dir: t.TempDir(), Kubeconfig: "K"}}
	var out, errOut bytes.Buffer
	status, err := r.Run(t.Context(), "a=1; echo out $KUBECONFIG; echo err >&2; exit 4", &out, &errOut)
	if err != nil || status != 4 || out.String() != "out K\n" || errOut.String() != "err\n" {
		t.Errorf("Run gave %d, %v, %q, %q", status, err, out.String(), errOut.String())
	}
	out.Reset()
	if _, err := r.Run(t.Context(), "echo [$a]", &out, &errOut); err != nil || out.String() != "[]\n" {
		t.Errorf("a variable was kept: %q, %v", out.String(), err)
	}
	if _, err := r.Run(t.Context(), "echo 'open", &out, &errOut); err == nil {
		t.Error("an open quote was run")
	}
}
