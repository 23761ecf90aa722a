package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/internal/atomicfile"
	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/progress"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// kubeconfigFile holds one context with all its credentials. It is in a lesson's
// folder while the lesson is open, and nowhere else.
const kubeconfigFile = "kubeconfig"

// writeKubeconfig writes the kubeconfig of an open lesson into its folder.
func writeKubeconfig(dir string, c *cluster.Cluster, namespace string) (file string, err error) {
	data, err := c.Kubeconfig(namespace)
	if err != nil {
		return "", err
	}
	file = filepath.Join(dir, kubeconfigFile)
	if err := atomicfile.Write(file, data); err != nil {
		return "", &progress.UnwritableError{Dir: dir, Err: err}
	}
	return file, nil
}

// removeKubeconfig removes it, and what a kill left of an earlier one.
func removeKubeconfig(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	errs := []error{err}
	for _, e := range entries {
		if e.Name() != kubeconfigFile && !strings.HasPrefix(e.Name(), "."+kubeconfigFile+"-") {
			continue
		}
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
			errs = append(errs, lang.Errorf("failed to remove credentials: %w", "无法删除凭据：%w", err))
		}
	}
	return errors.Join(errs...)
}

// privateKubeconfig writes a kubeconfig for one command, which clean removes.
func privateKubeconfig(c *cluster.Cluster, namespace string) (file string, clean func() error, err error) {
	data, err := c.Kubeconfig(namespace)
	if err != nil {
		return "", nil, err
	}
	private, err := os.MkdirTemp("", brand.Binary+"-")
	if err != nil {
		return "", nil, lang.Errorf("failed to make a folder for a kubeconfig: %w", "无法为 kubeconfig 新建文件夹：%w", err)
	}
	clean = func() error { return os.RemoveAll(private) }
	file = filepath.Join(private, kubeconfigFile)
	if err := os.WriteFile(file, data, 0o600); err != nil {
		return "", nil, errors.Join(lang.Errorf("failed to write a kubeconfig: %w", "无法写出 kubeconfig：%w", err), clean())
	}
	return file, clean, nil
}
