package cluster

import (
	"os"
	"path/filepath"
	"testing"

	"k8s.io/client-go/tools/clientcmd"
)

func TestFromPod(t *testing.T) {
	env := map[string]string{"KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"}
	getenv := func(name string) string { return env[name] }
	folder := t.TempDir()
	if _, _, ok, err := FromPod(t.Context(), getenv, folder); ok || err != nil {
		t.Errorf("without a token: %v, %v", ok, err)
	}
	for _, name := range []string{"token", "ca.crt"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, ok, err := FromPod(t.Context(), func(string) string { return "" }, folder); ok || err != nil {
		t.Errorf("without the environment: %v, %v", ok, err)
	}
	if _, _, ok, err := FromPod(t.Context(), getenv, folder); !ok || err == nil {
		t.Errorf("a certificate that is none: %v, %v", ok, err)
	}
	if err := os.Remove(filepath.Join(folder, "ca.crt")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "ca.crt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c, namespace, ok, err := FromPod(t.Context(), getenv, folder)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	if c.Server != "https://[fd00::1]:443" || namespace != "default" || c.IsSandbox() {
		t.Errorf("%q, %q, %v", c.Server, namespace, c.IsSandbox())
	}
	data, err := c.Kubeconfig("shop")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := clientcmd.Load(data)
	if err != nil || raw.Contexts[raw.CurrentContext].Namespace != "shop" || raw.AuthInfos[podContext].TokenFile == "" {
		t.Errorf("%v in\n%s", err, data)
	}
}
