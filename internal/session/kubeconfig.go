package session

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/internal/atomicfile"
	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/home"
	"github.com/kubectl-learn/kubectl-learn/internal/progress"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// writeKubeconfig writes the kubeconfig of an open lesson into its folder.
func writeKubeconfig(folder home.Lesson, c *cluster.Cluster, namespace string) (file string, err error) {
	data, err := c.Kubeconfig(namespace)
	if err != nil {
		return "", err
	}
	file = folder.Kubeconfig()
	if err := atomicfile.Write(file, data); err != nil {
		return "", &progress.UnwritableError{Dir: string(folder), Err: err}
	}
	return file, nil
}

// removeKubeconfig removes it, and what a killed program left of an earlier one.
func removeKubeconfig(folder home.Lesson) error {
	entries, err := os.ReadDir(string(folder))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	errs, name := []error{err}, filepath.Base(folder.Kubeconfig())
	for _, e := range entries {
		if e.Name() != name && !strings.HasPrefix(e.Name(), "."+name+"-") {
			continue
		}
		if err := os.Remove(filepath.Join(string(folder), e.Name())); err != nil {
			errs = append(errs, lang.Errorf("failed to remove credentials: %w", "无法删除凭据：%w", err))
		}
	}
	return errors.Join(errs...)
}

// PrivateKubeconfig writes a kubeconfig for one command; clean removes it.
func PrivateKubeconfig(c *cluster.Cluster, namespace string) (file string, clean func() error, err error) {
	data, err := c.Kubeconfig(namespace)
	if err != nil {
		return "", nil, err
	}
	private, err := os.MkdirTemp("", brand.Binary+"-")
	if err != nil {
		return "", nil, lang.Errorf("failed to create a folder for a kubeconfig: %w", "无法为 kubeconfig 新建文件夹：%w", err)
	}
	clean = func() error { return os.RemoveAll(private) }
	file = filepath.Join(private, "kubeconfig")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		return "", nil, errors.Join(lang.Errorf("failed to write a kubeconfig: %w", "无法写出 kubeconfig：%w", err), clean())
	}
	return file, clean, nil
}
