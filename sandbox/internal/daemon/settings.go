package daemon

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/util/retry"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/fleet"
)

// DefaultIdleTimeout is how long a sandbox runs without being used.
const DefaultIdleTimeout = 2 * time.Hour

// settingsName is the ConfigMap that holds the settings. They are in the
// cluster itself, so that commands reach the daemon through the API server and
// the kubeconfig on every system, with no other port open, and so that they are
// kept and reset with everything else.
const settingsName = "kubectl-learn-sandbox"

// Settings can be changed while the sandbox runs. They outlive it.
type Settings struct {
	// Nodes is the number of nodes.
	Nodes int
	// Stopped are the names of nodes that are turned off.
	Stopped []string
	// IdleTimeout is how long without use the sandbox stops itself; 0 for
	// never.
	IdleTimeout time.Duration
}

func defaultSettings() Settings { return Settings{Nodes: 1, IdleTimeout: DefaultIdleTimeout} }

func (s Settings) fleet() fleet.Wanted { return fleet.Wanted{Count: s.Nodes, Stopped: s.Stopped} }

func (s Settings) data() map[string]string {
	return map[string]string{
		"nodes": strconv.Itoa(s.Nodes), "stopped": strings.Join(s.Stopped, " "), "idleTimeout": s.IdleTimeout.String(),
	}
}

func parseSettings(data map[string]string) (Settings, error) {
	s := defaultSettings()
	var err error
	if text, ok := data["nodes"]; ok {
		if s.Nodes, err = strconv.Atoi(text); err != nil {
			return s, fmt.Errorf("nodes: %q is not a number", text)
		}
	}
	s.Stopped = strings.Fields(data["stopped"])
	if text, ok := data["idleTimeout"]; ok {
		if s.IdleTimeout, err = time.ParseDuration(text); err != nil || s.IdleTimeout < 0 {
			return s, fmt.Errorf("idleTimeout: %q is not a duration such as 2h", text)
		}
	}
	return s, s.fleet().Validate()
}

// watchSettings calls apply with the settings, now and at each change. It
// returns after the first call. It logs invalid settings and keeps the previous
// ones.
func watchSettings(ctx context.Context, client kubernetes.Interface, log *slog.Logger, apply func(Settings)) error {
	seen := func(o any) {
		m, ok := o.(*corev1.ConfigMap)
		if !ok {
			return
		}
		if s, err := parseSettings(m.Data); err != nil {
			log.Warn("ignoring invalid settings in the ConfigMap "+settingsName, "error", err)
		} else {
			apply(s)
		}
	}
	apply(defaultSettings())
	source := cache.NewListWatchFromClient(client.CoreV1().RESTClient(), "configmaps", metav1.NamespaceSystem,
		fields.OneTermEqualSelector("metadata.name", settingsName))
	_, controller := cache.NewInformerWithOptions(cache.InformerOptions{
		ListerWatcher: source, ObjectType: &corev1.ConfigMap{},
		Handler: cache.ResourceEventHandlerFuncs{AddFunc: seen, UpdateFunc: func(_, o any) { seen(o) }},
	})
	go controller.RunWithContext(ctx)
	if !cache.WaitForCacheSync(ctx.Done(), controller.HasSynced) {
		return ctx.Err()
	}
	return nil
}

// Change changes the settings of a running sandbox, and returns the new ones.
// It returns ErrNotRunning when there is none.
func Change(ctx context.Context, folder Folder, change func(*Settings) error) (Settings, error) {
	client, err := connect(folder)
	if err != nil {
		return Settings{}, err
	}
	var s Settings
	maps := client.CoreV1().ConfigMaps(metav1.NamespaceSystem)
	err = retry.RetryOnConflict(retry.DefaultBackoff, func() error {
		now, err := maps.Get(ctx, settingsName, metav1.GetOptions{})
		missing := apierrors.IsNotFound(err)
		if err != nil && !missing {
			return err
		}
		if s, err = parseSettings(now.Data); err != nil {
			s = defaultSettings()
		}
		if err := change(&s); err != nil {
			return err
		}
		s.Stopped = slices.DeleteFunc(s.Stopped, func(name string) bool { return !slices.Contains(s.fleet().Names(), name) })
		if missing {
			_, err = maps.Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: settingsName}, Data: s.data()}, metav1.CreateOptions{})
			return err
		}
		now.Data = s.data()
		_, err = maps.Update(ctx, now, metav1.UpdateOptions{})
		return err
	})
	return s, err
}

// connect returns a client for the running sandbox.
func connect(folder Folder) (kubernetes.Interface, error) {
	s, err := Look(folder)
	if err != nil {
		return nil, err
	}
	if !s.Ready {
		return nil, ErrNotRunning
	}
	config, err := clientcmd.BuildConfigFromFlags("", folder.Kubeconfig())
	if err != nil {
		return nil, errorf(err, "failed to read the kubeconfig", "无法读取 kubeconfig")
	}
	config.QPS = -1
	return kubernetes.NewForConfig(config)
}
