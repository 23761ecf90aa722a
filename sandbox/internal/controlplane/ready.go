package controlplane

import (
	"context"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	// pollEvery is how often a condition is checked while starting.
	pollEvery = 15 * time.Millisecond
	// giveUp is how long a condition may take before starting has failed.
	giveUp = 5 * time.Minute
)

// retry calls do until it succeeds, and returns its last error when ctx ends or
// it takes too long.
func retry(ctx context.Context, do func() error) error {
	ctx, cancel := context.WithTimeout(ctx, giveUp)
	defer cancel()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		err := do()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", context.Cause(ctx), err)
		case <-tick.C:
		}
	}
}

// waitServing waits until the API server reports that it is healthy.
func (c *ControlPlane) waitServing(ctx context.Context) error {
	err := retry(ctx, func() error {
		return c.client.Discovery().RESTClient().Get().AbsPath("/healthz").Do(ctx).Error()
	})
	if err != nil {
		return fmt.Errorf("the API server did not become healthy: %w", err)
	}
	return nil
}

// bootstrap creates the required objects and waits for those that the
// controllers create.
func (c *ControlPlane) bootstrap(ctx context.Context) error {
	if err := bootstrap(ctx, c.client); err != nil {
		return err
	}
	if err := reconcileRoles(ctx, c.client); err != nil {
		return err
	}
	err := retry(ctx, func() error {
		_, err := c.client.CoreV1().ServiceAccounts(metav1.NamespaceDefault).Get(ctx, "default", metav1.GetOptions{})
		return err
	})
	if err == nil {
		err = retry(ctx, func() error {
			_, err := c.client.CoreV1().ConfigMaps(metav1.NamespaceDefault).Get(ctx, "kube-root-ca.crt", metav1.GetOptions{})
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("the controllers did not make the default service account: %w", err)
	}
	return nil
}
