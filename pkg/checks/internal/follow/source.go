package follow

import (
	"context"
	"errors"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/tools/cache"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
)

// Cell holds the objects of one resource and namespace.
type Cell interface {
	All() []*kube.Object
	One(namespace, name string) *kube.Object
	// State reports whether the cell has been filled, and what keeps it from being
	// true to the cluster: for the object of a name, or for all where that is "".
	State(name string) (ready bool, fault error)
}

// Source is a cell that follows the cluster by a watch.
type Source struct {
	cluster  *Cluster
	key      Key
	kind     string
	client   dynamic.ResourceInterface
	informer cache.SharedIndexInformer
	changed  func(Key)

	mu    sync.Mutex
	fault error
	// ageing runs while no watch is open, nil while one is.
	ageing *time.Timer
	// names are the objects that checks name, polling says that somebody asks for
	// them, and polled is the newest answer.
	names   map[string]bool
	polling bool
	polled  *Listed
}

// Source returns the shared source of a key and starts it when it is new.
func (c *Cluster) Source(key Key) *Source {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s, ok := c.sources[key]; ok {
		return s
	}
	s := &Source{
		cluster: c, key: key, kind: c.kinds.kindOf(key.GVR), changed: c.tell, names: map[string]bool{},
		client: c.dynamic.Resource(key.GVR).Namespace(key.Namespace),
	}
	one := &unstructured.Unstructured{}
	one.SetGroupVersionKind(key.GVR.GroupVersion().WithKind(s.kind))
	s.informer = cache.NewSharedIndexInformerWithOptions(&cache.ListWatch{
		ListWithContextFunc:  s.list,
		WatchFuncWithContext: s.watch,
	}, one, cache.SharedIndexInformerOptions{ObjectDescription: key.GVR.String()})
	c.sources[key] = s
	c.work.Go(func() { s.run(c.ctx) })
	return s
}

func (s *Source) run(ctx context.Context) {
	logger := loggerOf(ctx)
	tell := func(any) { s.changed(s.key) }
	_, err := s.informer.AddEventHandlerWithOptions(cache.ResourceEventHandlerFuncs{
		AddFunc: tell, DeleteFunc: tell, UpdateFunc: func(_, o any) { tell(o) },
	}, cache.HandlerOptions{Logger: &logger})
	if err != nil {
		s.setFault(err)
		return
	}
	var synced sync.WaitGroup
	synced.Go(func() {
		select {
		case <-s.informer.HasSyncedChecker().Done():
			s.changed(s.key)
		case <-ctx.Done():
		}
	})
	s.informer.RunWithContext(ctx)
	s.keep()
	synced.Wait()
}

func (s *Source) list(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
	list, err := persist(ctx, s, func() (*unstructured.UnstructuredList, error) {
		timed, cancel := context.WithTimeout(ctx, timing.Request)
		defer cancel()
		list, err := s.client.List(timed, o)
		if err != nil {
			return nil, err
		}
		return list, s.cluster.rightList(s.key.GVR, s.kind, list)
	})
	if err == nil {
		s.age()
	}
	return list, err
}

func (s *Source) watch(ctx context.Context, o metav1.ListOptions) (watch.Interface, error) {
	opened, err := persist(ctx, s, func() (watch.Interface, error) { return s.open(ctx, o) })
	if err == nil {
		s.keep()
	}
	return opened, err
}

// persist asks again until the API answers, and keeps what is wrong until then.
// client-go would wait up to half a minute after a long loss. What only a new
// list can fix is handed back to it.
func persist[T any](ctx context.Context, s *Source, ask func() (T, error)) (T, error) {
	for pause := timing.FirstRetry; ; pause = min(2*pause, timing.LongestRetry) {
		answer, err := ask()
		if err == nil || mendable(err) {
			s.setFault(nil)
			return answer, err
		}
		if ctx.Err() != nil {
			return answer, err
		}
		s.setFault(err)
		if refused(err) {
			s.keep()
			s.poll(ctx)
		}
		if !timing.Pause(ctx, pauseAfter(err, pause)) {
			return answer, ctx.Err()
		}
	}
}

func pauseAfter(err error, pause time.Duration) time.Duration {
	if refused(err) {
		return timing.Refused
	}
	return pause
}

// mendable reports that asking the same again is of no use, but a new list is.
func mendable(err error) bool {
	return apierrors.IsResourceExpired(err) || apierrors.IsGone(err) || apierrors.IsInvalid(err) || apierrors.IsBadRequest(err)
}

func (s *Source) setFault(err error) {
	s.mu.Lock()
	same := (s.fault == nil) == (err == nil)
	s.fault = err
	if !refused(err) {
		s.polled = nil
	}
	s.mu.Unlock()
	if !same {
		s.changed(s.key)
	}
}

// State reports whether the cluster has answered, and what is wrong with what it said.
func (s *Source) State(name string) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !s.polls():
		return s.informer.HasSynced(), s.fault
	case s.polled == nil:
		return false, nil
	}
	return s.polled.State(name)
}

// polls reports that what is known comes from polling. The caller holds the lock.
func (s *Source) polls() bool { return s.polling && refused(s.fault) }

// answered is the newest answer of a source that polls, nil for one that watches.
func (s *Source) answered() *Listed {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.polls() {
		return nil
	}
	return s.polled
}

// All are the objects as they are now.
func (s *Source) All() []*kube.Object {
	if l := s.answered(); l != nil {
		return l.All()
	}
	list := s.informer.GetStore().List()
	objects := make([]*kube.Object, 0, len(list))
	for _, v := range list {
		if o, ok := v.(*unstructured.Unstructured); ok {
			objects = append(objects, o)
		}
	}
	return objects
}

// One is the object of a name, nil when there is none.
func (s *Source) One(namespace, name string) *kube.Object {
	if l := s.answered(); l != nil {
		return l.One(namespace, name)
	}
	key := name
	if s.key.Namespace != "" {
		key = namespace + "/" + name
	}
	v, _, err := s.informer.GetStore().GetByKey(key)
	if err != nil {
		return nil
	}
	o, _ := v.(*unstructured.Unstructured)
	return o
}

// ErrSlow says that the API gave no response in time.
var ErrSlow = errors.New("no response in time")
