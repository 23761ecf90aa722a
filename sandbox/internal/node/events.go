package node

import (
	"context"
	"hash/fnv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	corev1client "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/tools/record"
	"k8s.io/klog/v2"
)

// writers is how many events are written in parallel: a broadcaster writes one
// at a time, and a node with many pods would report them too late.
const writers = 8

// recorder spreads events over broadcasters. Events of one object go to the
// same one, so that they stay in order.
type recorder []record.EventRecorder

// newRecorder records events until the returned function is called.
func (n *Node) newRecorder(ctx context.Context) (recorder, func()) {
	var all recorder
	var stops []func()
	for range writers {
		b := record.NewBroadcaster(record.WithContext(ctx))
		b.StartRecordingToSink(&corev1client.EventSinkImpl{Interface: n.Client.CoreV1().Events("")})
		all = append(all, b.NewRecorder(scheme.Scheme, corev1.EventSource{Component: "kubelet", Host: n.Name}))
		stops = append(stops, b.Shutdown)
	}
	return all, func() {
		for _, stop := range stops {
			stop()
		}
	}
}

func (r recorder) of(object runtime.Object) record.EventRecorder {
	hash := fnv.New32a()
	if ref, ok := object.(*corev1.ObjectReference); ok {
		_, _ = hash.Write([]byte(ref.UID))
	} else if m, err := meta.Accessor(object); err == nil {
		_, _ = hash.Write([]byte(m.GetUID()))
	}
	return r[hash.Sum32()%uint32(len(r))]
}

// Event records an event; see record.EventRecorder.
func (r recorder) Event(object runtime.Object, kind, reason, message string) {
	r.of(object).Event(object, kind, reason, message)
}

// Eventf records an event; see record.EventRecorder.
func (r recorder) Eventf(object runtime.Object, kind, reason, message string, args ...any) {
	r.of(object).Eventf(object, kind, reason, message, args...)
}

// WithLogger returns the recorder: it has no logger.
func (r recorder) WithLogger(klog.Logger) record.EventRecorderLogger { return r }

// AnnotatedEventf records an event; see record.EventRecorder.
func (r recorder) AnnotatedEventf(object runtime.Object, notes map[string]string, kind, reason, message string, args ...any) {
	r.of(object).AnnotatedEventf(object, notes, kind, reason, message, args...)
}
