package checks

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
)

const (
	// fewNamespaces is up to how many namespaces are listed each by itself.
	fewNamespaces = 8
	// pageSize is how many objects one request for all namespaces brings.
	pageSize = 1000
)

// listed is a cell that was read once.
type listed struct {
	objects []*kube.Object
	byName  map[string]*kube.Object
	err     error
	// named are the answers for single objects, where the kind may not be listed.
	named map[string]got
	// narrow says that only objects of wanted names were kept.
	narrow bool
}

// got is the answer for one object, which is nil when there is none.
type got struct {
	object *kube.Object
	err    error
}

func (l *listed) all() []*kube.Object { return l.objects }

func (l *listed) one(_, name string) *kube.Object {
	if l.err != nil {
		return l.named[name].object
	}
	return l.byName[name]
}

func (l *listed) state(name string) (ready bool, fault error) {
	if g, asked := l.named[name]; asked && l.err != nil {
		return true, g.err
	}
	return true, l.err
}

func (l *listed) add(o *kube.Object) {
	if l.byName == nil {
		l.byName = map[string]*kube.Object{}
	}
	l.objects = append(l.objects, o)
	l.byName[o.GetName()] = o
}

// cellMap are the cells of a look.
type cellMap map[cellKey]*listed

func (m cellMap) cell(key cellKey) cell { return m[key] }

// want is what a look needs of a cell.
type want struct {
	key  cellKey
	kind string
	// names are the objects that checks name; all says that others matter too.
	names map[string]bool
	all   bool
	// judged says that expressions see the objects, so that they stay whole.
	judged bool

	into *listed
}

// fill lists what is wanted: kinds that many namespaces need for all of them
// together, the rest, and what may not be listed so, by itself. It returns the cells.
func (c *cluster) fill(ctx context.Context, wants map[cellKey]*want) cellMap {
	for _, w := range wants {
		w.into = &listed{}
	}
	byKind := map[schema.GroupVersionResource][]*want{}
	var across [][]*want
	var alone []*want
	for key, w := range wants {
		if key.namespace == "" {
			alone = append(alone, w)
		} else {
			byKind[key.gvr] = append(byKind[key.gvr], w)
		}
	}
	for _, list := range byKind {
		if len(list) > fewNamespaces {
			across = append(across, list)
		} else {
			alone = append(alone, list...)
		}
	}
	var mu sync.Mutex
	each(across, func(list []*want) {
		if err := c.listAcross(ctx, list); apierrors.IsForbidden(err) {
			mu.Lock()
			defer mu.Unlock()
			alone = append(alone, list...)
		} else if err != nil {
			for _, w := range list {
				*w.into = listed{err: err}
			}
		}
	})
	each(alone, func(w *want) {
		if w.key.namespace == "" && !w.all {
			*w.into = *c.namedOnly(ctx, w)
			return
		}
		*w.into = *c.listAlone(ctx, w.key, w.kind, w.names)
	})
	cells := make(cellMap, len(wants))
	for key, w := range wants {
		cells[key] = w.into
	}
	return cells
}

// namedOnly reads objects outside of namespaces that checks name, and keeps no
// others: a cluster has many nodes and namespaces.
func (c *cluster) namedOnly(ctx context.Context, w *want) *listed {
	if len(w.names) <= fewNamespaces {
		l := c.getAll(ctx, w.key, w.kind, w.names, errAlone)
		l.narrow = true
		return l
	}
	err := c.listAcross(ctx, []*want{w})
	switch {
	case refused(err):
		return c.getAll(ctx, w.key, w.kind, w.names, err)
	case err != nil:
		return &listed{err: err}
	}
	return w.into
}

// errAlone stands for a list where only single objects were asked for.
var errAlone = errors.New("not listed")

// listAlone lists one kind in one namespace. Where that is refused it asks for the
// objects of the wanted names one by one.
func (c *cluster) listAlone(ctx context.Context, key cellKey, kind string, names map[string]bool) *listed {
	l := &listed{}
	if l.err = c.pages(ctx, key, kind, 0, l.add); l.err != nil {
		*l = listed{err: l.err}
	}
	if !refused(l.err) {
		return l
	}
	return c.getAll(ctx, key, kind, names, l.err)
}

// getAll asks for objects one by one, since a list was refused by err.
func (c *cluster) getAll(ctx context.Context, key cellKey, kind string, names map[string]bool, err error) *listed {
	l := &listed{err: err, named: map[string]got{}}
	for name := range names {
		l.named[name] = c.getOne(ctx, key, kind, name)
	}
	return l
}

// listAcross lists one kind for several namespaces together.
func (c *cluster) listAcross(ctx context.Context, wants []*want) error {
	byNamespace := make(map[string]*want, len(wants))
	for _, w := range wants {
		byNamespace[w.key.namespace] = w
	}
	everywhere := cellKey{gvr: wants[0].key.gvr}
	keep := func(o *kube.Object) {
		w := byNamespace[o.GetNamespace()]
		if w == nil || !w.all && !w.names[o.GetName()] {
			return
		}
		if !w.judged {
			lighten(o)
		}
		w.into.add(o)
	}
	size := int64(pageSize)
	for {
		for _, w := range wants {
			*w.into = listed{narrow: !w.all}
		}
		err := c.pages(ctx, everywhere, wants[0].kind, size, keep)
		if !apierrors.IsResourceExpired(err) || size == 0 {
			return err
		}
		// The server forgot what the first pages were of: all at once.
		size = 0
	}
}

// lighten drops who wrote which field of an object, which is half of it and which
// no explanation needs.
func lighten(o *kube.Object) {
	for _, f := range kube.Maps(o.Object, "metadata", "managedFields") {
		delete(f, "fieldsV1")
	}
}

// pages hands over all objects of a kind, size a request; 0 for all in one.
func (c *cluster) pages(ctx context.Context, key cellKey, kind string, size int64, add func(*kube.Object)) error {
	options := metav1.ListOptions{Limit: size}
	for {
		list, err := c.page(ctx, key, kind, options)
		if err != nil {
			return err
		}
		for i := range list.Items {
			add(&list.Items[i])
		}
		if options.Continue = list.GetContinue(); options.Continue == "" {
			return nil
		}
	}
}

func (c *cluster) page(ctx context.Context, key cellKey, kind string, options metav1.ListOptions) (*unstructured.UnstructuredList, error) {
	timed, cancel := context.WithTimeout(ctx, timing.Request)
	defer cancel()
	list, err := c.dynamic.Resource(key.gvr).Namespace(key.namespace).List(timed, options)
	if err != nil {
		return nil, err
	}
	return list, c.rightList(key.gvr, kind, list)
}

// getOne asks for one object by its name.
func (c *cluster) getOne(ctx context.Context, key cellKey, kind, name string) got {
	timed, cancel := context.WithTimeout(ctx, timing.Request)
	defer cancel()
	o, err := c.dynamic.Resource(key.gvr).Namespace(key.namespace).Get(timed, name, metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err) && !apierrors.IsUnexpectedServerError(err):
		return got{}
	case err != nil:
		return got{err: err}
	}
	return got{object: o, err: rightObject(key.gvr, kind, o)}
}

// refused reports that a request is not allowed, or not offered.
func refused(err error) bool {
	return apierrors.IsForbidden(err) || apierrors.IsMethodNotSupported(err)
}

const (
	// atOnce is how many requests a look has under way.
	atOnce = 8
)

// each does something for all of a list, atOnce at a time.
func each[T any](list []T, do func(T)) {
	var all sync.WaitGroup
	var next atomic.Int64
	for range min(atOnce, len(list)) {
		all.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(list)); i = next.Add(1) - 1 {
				do(list[i])
			}
		})
	}
	all.Wait()
}
