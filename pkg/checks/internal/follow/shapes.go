package follow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/openapi"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/match"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
)

// shapes reads what the API says of its types, each group and version once.
type shapes struct {
	client openapi.Client
	// background runs what goes on when nobody waits for it any more.
	background func(func())

	mu        sync.Mutex
	documents map[string]*match.Description
	asked     map[string]time.Time
	faults    map[string]error
}

var errNoShape = errors.New("no response in time")

// find returns what the API says of a kind that is compared with match, nil when
// it does not matter or when the API says nothing.
func (s *shapes) find(ctx context.Context, of Served, wanted map[string]any) *match.Shape {
	if !match.NeedsShape(wanted) {
		return nil
	}
	found := make(chan *match.Shape, 1)
	s.background(func() { found <- s.ask(of.GVR.GroupVersion(), of.Kind) })
	timer := time.NewTimer(timing.Shapes)
	defer timer.Stop()
	select {
	case one := <-found:
		return one
	case <-ctx.Done():
		return match.Unread(ctx.Err())
	case <-timer.C:
		return match.Unread(errNoShape)
	}
}

func (s *shapes) ask(gv schema.GroupVersion, kind string) *match.Shape {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := gv.String()
	if d := s.documents[key]; d != nil {
		if found := d.ShapeOf(gv.WithKind(kind)); found != nil {
			return found
		}
	}
	// A kind that was defined a moment ago is not described at once.
	if time.Since(s.asked[key]) > timing.Refresh {
		d, err := s.read(gv)
		s.note(key, d, err)
	}
	if err := s.faults[key]; err != nil {
		return match.Unread(err)
	}
	if d := s.documents[key]; d != nil {
		return d.ShapeOf(gv.WithKind(kind))
	}
	return nil
}

func (s *shapes) note(key string, d *match.Description, err error) {
	if s.asked == nil {
		s.asked, s.faults = map[string]time.Time{}, map[string]error{}
	}
	s.asked[key], s.faults[key] = time.Now(), err
	if d != nil {
		s.documents[key] = d
	}
}

// read fetches one document, nil when the API has none for the group and version.
func (s *shapes) read(gv schema.GroupVersion) (*match.Description, error) {
	paths, err := s.client.Paths()
	if err != nil {
		return nil, fmt.Errorf("failed to list the types that the API describes: %w", err)
	}
	path := "apis/" + gv.String()
	if gv.Group == "" {
		path = "api/" + gv.Version
	}
	one, ok := paths[path]
	if !ok {
		return nil, nil //nolint:nilnil // an API that describes nothing is no fault
	}
	data, err := one.Schema("application/json")
	if err != nil {
		return nil, fmt.Errorf("failed to read the types of %s: %w", gv, err)
	}
	d := &match.Description{}
	if err := json.Unmarshal(data, d); err != nil {
		return nil, fmt.Errorf("failed to read the types of %s: %w", gv, err)
	}
	return d, nil
}
