package follow

import (
	"context"
	"io"
	"net/url"
	"reflect"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
)

// open begins a watch. The server may let it run for as long as it likes, but must
// begin to answer in time.
func (s *Source) open(ctx context.Context, o metav1.ListOptions) (watch.Interface, error) {
	life, end := context.WithCancel(ctx)
	patience := time.AfterFunc(timing.Request, end)
	opened, err := s.client.Watch(life, o)
	switch {
	case !patience.Stop() && ctx.Err() == nil:
		err = ErrSlow
	case err == nil && reflect.TypeOf(opened) == reflect.TypeOf(watch.NewEmptyWatch()):
		// It is what client-go gives for a connection that broke.
		err = &url.Error{Op: "watch", URL: s.key.GVR.Resource, Err: io.ErrUnexpectedEOF}
	}
	if err != nil {
		end()
		return nil, err
	}
	return openWatch{Interface: opened, ended: func() { end(); s.age() }}, nil
}

// openWatch tells when its reader is done with it.
type openWatch struct {
	watch.Interface
	ended func()
}

// Stop ends the watch.
func (w openWatch) Stop() {
	w.Interface.Stop()
	w.ended()
}

// age begins to count how long there is no watch.
func (s *Source) age() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ageing != nil {
		s.ageing.Stop()
	}
	s.ageing = time.AfterFunc(timing.Stale, func() {
		s.mu.Lock()
		old := s.ageing != nil
		s.mu.Unlock()
		if old {
			s.setFault(ErrSlow)
		}
	})
}

// keep ends the count.
func (s *Source) keep() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ageing != nil {
		s.ageing.Stop()
		s.ageing = nil
	}
}
