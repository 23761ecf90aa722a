package node

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/probe"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// The kinds of probes, as their events name them.
const (
	startupProbe   = "Startup"
	readinessProbe = "Readiness"
	livenessProbe  = "Liveness"
)

// firstProbe is how long a program has to start before its first probe. A
// kubelet, which notices a start within a second, gives it longer.
const firstProbe = 200 * time.Millisecond

// prober runs one probe of one start of a container.
type prober struct {
	worker *worker
	unit   *unit
	run    *container.Container
	name   string
	kind   string
	spec   *corev1.Probe
	last   bool
	row    int32
}

// startProbes starts a container's probes, which end with the container.
func (w *worker) startProbes(ctx context.Context, c *corev1.Container, u *unit, run *container.Container) {
	for kind, spec := range map[string]*corev1.Probe{
		startupProbe: c.StartupProbe, readinessProbe: c.ReadinessProbe, livenessProbe: c.LivenessProbe,
	} {
		if spec != nil {
			p := &prober{worker: w, unit: u, run: run, name: c.Name, kind: kind, spec: spec}
			go p.loop(ctx, c)
		}
	}
}

func (p *prober) loop(ctx context.Context, c *corev1.Container) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	tick := time.NewTicker(time.Duration(max(p.spec.PeriodSeconds, 1)) * time.Second)
	defer tick.Stop()
	delay := time.NewTimer(max(time.Until(p.run.Started().Add(seconds(int64(p.spec.InitialDelaySeconds)))), firstProbe))
	defer delay.Stop()
	for {
		select {
		case <-p.run.Done():
			return
		case <-delay.C:
		case <-tick.C:
		}
		if time.Since(p.run.Started()) < seconds(int64(p.spec.InitialDelaySeconds)) {
			continue
		}
		if !p.round(ctx, c) {
			return
		}
	}
}

// round probes once, if it is the probe's turn, and returns false when the
// probe is finished.
func (p *prober) round(ctx context.Context, c *corev1.Container) bool {
	pod := p.worker.current()
	begun := p.worker.hasBegun(p.unit)
	switch {
	case p.kind == startupProbe && begun:
		return false
	case p.kind != startupProbe && !begun:
		return true
	case pod.DeletionTimestamp != nil && p.kind != readinessProbe:
		return false
	}
	result, output, err := p.probe(ctx, c)
	select {
	case <-p.run.Done():
		return false
	default:
	}
	switch {
	case err != nil:
		p.worker.event(pod, p.name, corev1.EventTypeWarning, "Unhealthy", "%s probe errored and resulted in %s state: %s", p.kind, result, err)
		return true
	case result == probe.Warning:
		p.worker.event(pod, p.name, corev1.EventTypeWarning, "ProbeWarning", "%s probe warning: %s", p.kind, output)
	case result != probe.Success:
		p.worker.event(pod, p.name, corev1.EventTypeWarning, "Unhealthy", "%s probe failed: %s", p.kind, output)
	}
	return p.count(ctx, result == probe.Success || result == probe.Warning)
}

// count acts when enough consecutive results reach a threshold.
func (p *prober) count(ctx context.Context, ok bool) bool {
	if p.row == 0 || p.last != ok {
		p.last, p.row = ok, 0
	}
	p.row++
	if (ok && p.row < p.spec.SuccessThreshold) || (!ok && p.row < p.spec.FailureThreshold) {
		return true
	}
	switch {
	case p.kind == readinessProbe:
		p.mark(func() { p.unit.ready = ok })
		return true
	case ok && p.kind == startupProbe:
		p.mark(func() { p.unit.begun, p.unit.ready = true, p.ready() })
		return false
	case ok:
		return true
	}
	p.fail(ctx)
	return false
}

// ready reports whether a started container is ready before its first probe.
func (p *prober) ready() bool {
	for _, c := range p.worker.pod.Spec.Containers {
		if c.Name == p.name {
			return c.ReadinessProbe == nil
		}
	}
	for _, c := range p.worker.pod.Spec.InitContainers {
		if c.Name == p.name {
			return c.ReadinessProbe == nil
		}
	}
	return true
}

// mark changes the container's status if it is still the same container.
func (p *prober) mark(change func()) {
	p.worker.set(func() {
		if p.unit.run == p.run {
			change()
		}
	})
	p.worker.poke()
}

// fail kills a container that fails its probe; the worker then restarts it.
func (p *prober) fail(ctx context.Context) {
	first := false
	p.mark(func() {
		first = p.unit.doomed == ""
		p.unit.doomed = p.kind
	})
	if !first {
		return
	}
	kind := map[string]string{startupProbe: "startup", livenessProbe: "liveness"}[p.kind]
	pod := p.worker.current()
	allowed := grace(pod)
	if s := p.spec.TerminationGracePeriodSeconds; s != nil && pod.DeletionGracePeriodSeconds == nil {
		allowed = *s
	}
	p.worker.stop(ctx, pod, p.name, p.run, stopping{
		grace: seconds(allowed), message: fmt.Sprintf("Container %s failed %s probe, will be restarted", p.name, kind),
	})
}
