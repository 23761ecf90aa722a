package follow

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
	// FewNamespaces is up to how many namespaces are listed each by itself.
	FewNamespaces = 8
	// PageSize is how many objects one request for all namespaces brings.
	PageSize = 1000
)

// Listed is a cell that was read once.
type Listed struct {
	objects []*kube.Object
	byName  map[string]*kube.Object
	err     error
	// named are the answers for single objects, where the kind may not be listed.
	named map[string]got
	// Narrow says that only objects of wanted names were kept.
	Narrow bool
}

// got is the answer for one object, which is nil when there is none.
type got struct {
	object *kube.Object
	err    error
}

// All are the objects that were listed.
func (l *Listed) All() []*kube.Object { return l.objects }

// One is the object of a name, nil when there is none.
func (l *Listed) One(_, name string) *kube.Object {
	if l.err != nil {
		return l.named[name].object
	}
	return l.byName[name]
}

// State reports what keeps the objects from being known. It has been filled.
func (l *Listed) State(name string) (ready bool, fault error) {
	if g, asked := l.named[name]; asked && l.err != nil {
		return true, g.err
	}
	return true, l.err
}

func (l *Listed) add(o *kube.Object) {
	if l.byName == nil {
		l.byName = map[string]*kube.Object{}
	}
	l.objects = append(l.objects, o)
	l.byName[o.GetName()] = o
}

// Cells are the cells of a look.
type Cells map[Key]*Listed

// Cell is the cell of a key.
func (m Cells) Cell(key Key) Cell { return m[key] }

// Want is what a look needs of a cell.
type Want struct {
	Key  Key
	Kind string
	// Names are the objects that checks name; all says that others matter too.
	Names map[string]bool
	All   bool
	// Judged says that expressions see the objects, so that they stay whole.
	Judged bool

	into *Listed
}

// Fill lists what is wanted: kinds that many namespaces need for all of them
// together, the rest, and what may not be listed so, by itself. It returns the cells.
func (c *Cluster) Fill(ctx context.Context, wants map[Key]*Want) Cells {
	for _, w := range wants {
		w.into = &Listed{}
	}
	byKind := map[schema.GroupVersionResource][]*Want{}
	var across [][]*Want
	var alone []*Want
	for key, w := range wants {
		if key.Namespace == "" {
			alone = append(alone, w)
		} else {
			byKind[key.GVR] = append(byKind[key.GVR], w)
		}
	}
	for _, list := range byKind {
		if len(list) > FewNamespaces {
			across = append(across, list)
		} else {
			alone = append(alone, list...)
		}
	}
	var mu sync.Mutex
	Each(across, func(list []*Want) {
		if err := c.listAcross(ctx, list); apierrors.IsForbidden(err) {
			mu.Lock()
			defer mu.Unlock()
			alone = append(alone, list...)
		} else if err != nil {
			for _, w := range list {
				*w.into = Listed{err: err}
			}
		}
	})
	Each(alone, func(w *Want) {
		if w.Key.Namespace == "" && !w.All {
			*w.into = *c.namedOnly(ctx, w)
			return
		}
		*w.into = *c.listAlone(ctx, w.Key, w.Kind, w.Names)
	})
	cells := make(Cells, len(wants))
	for key, w := range wants {
		cells[key] = w.into
	}
	return cells
}

// namedOnly reads objects outside of namespaces that checks name, and keeps no
// others: a cluster has many nodes and namespaces.
func (c *Cluster) namedOnly(ctx context.Context, w *Want) *Listed {
	if len(w.Names) <= FewNamespaces {
		l := c.getAll(ctx, w.Key, w.Kind, w.Names, errAlone)
		l.Narrow = true
		return l
	}
	err := c.listAcross(ctx, []*Want{w})
	switch {
	case refused(err):
		return c.getAll(ctx, w.Key, w.Kind, w.Names, err)
	case err != nil:
		return &Listed{err: err}
	}
	return w.into
}

// errAlone stands for a list where only single objects were asked for.
var errAlone = errors.New("not listed")

// listAlone lists one kind in one namespace. Where that is refused it asks for the
// objects of the wanted names one by one.
func (c *Cluster) listAlone(ctx context.Context, key Key, kind string, names map[string]bool) *Listed {
	l := &Listed{}
	if l.err = c.pages(ctx, key, kind, 0, l.add); l.err != nil {
		*l = Listed{err: l.err}
	}
	if !refused(l.err) {
		return l
	}
	return c.getAll(ctx, key, kind, names, l.err)
}

// getAll asks for objects one by one, since a list was refused by err.
func (c *Cluster) getAll(ctx context.Context, key Key, kind string, names map[string]bool, err error) *Listed {
	l := &Listed{err: err, named: map[string]got{}}
	for name := range names {
		l.named[name] = c.getOne(ctx, key, kind, name)
	}
	return l
}

// listAcross lists one kind for several namespaces together.
func (c *Cluster) listAcross(ctx context.Context, wants []*Want) error {
	byNamespace := make(map[string]*Want, len(wants))
	for _, w := range wants {
		byNamespace[w.Key.Namespace] = w
	}
	everywhere := Key{GVR: wants[0].Key.GVR}
	keep := func(o *kube.Object) {
		w := byNamespace[o.GetNamespace()]
		if w == nil || !w.All && !w.Names[o.GetName()] {
			return
		}
		if !w.Judged {
			lighten(o)
		}
		w.into.add(o)
	}
	size := int64(PageSize)
	for {
		for _, w := range wants {
			*w.into = Listed{Narrow: !w.All}
		}
		err := c.pages(ctx, everywhere, wants[0].Kind, size, keep)
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
func (c *Cluster) pages(ctx context.Context, key Key, kind string, size int64, add func(*kube.Object)) error {
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

func (c *Cluster) page(ctx context.Context, key Key, kind string, options metav1.ListOptions) (*unstructured.UnstructuredList, error) {
	timed, cancel := context.WithTimeout(ctx, timing.Request)
	defer cancel()
	list, err := c.dynamic.Resource(key.GVR).Namespace(key.Namespace).List(timed, options)
	if err != nil {
		return nil, err
	}
	return list, c.rightList(key.GVR, kind, list)
}

// getOne asks for one object by its name.
func (c *Cluster) getOne(ctx context.Context, key Key, kind, name string) got {
	timed, cancel := context.WithTimeout(ctx, timing.Request)
	defer cancel()
	o, err := c.dynamic.Resource(key.GVR).Namespace(key.Namespace).Get(timed, name, metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err) && !apierrors.IsUnexpectedServerError(err):
		return got{}
	case err != nil:
		return got{err: err}
	}
	return got{object: o, err: rightObject(key.GVR, kind, o)}
}

// refused reports that a request is not allowed, or not offered.
func refused(err error) bool {
	return apierrors.IsForbidden(err) || apierrors.IsMethodNotSupported(err)
}

const (
	// atOnce is how many requests a look has running.
	atOnce = 8
)

// Each does something for all of a list, atOnce at a time.
func Each[T any](list []T, do func(T)) {
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
