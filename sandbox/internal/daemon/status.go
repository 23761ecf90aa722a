package daemon

import (
	"net"
	"strconv"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/fleet"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/freespace"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/nodehost"
)

// Status is the state of the sandbox.
type Status struct {
	// Running says that the daemon is running; Ready, that the cluster is
	// ready.
	Running bool `json:"running"`
	Ready   bool `json:"ready"`
	// PID is the daemon's process.
	PID int `json:"pid,omitempty"`
	// Server is the API server's URL.
	Server string `json:"server,omitempty"`
	// Kubeconfig is the sandbox's kubeconfig file.
	Kubeconfig string `json:"kubeconfig"`
	// Version is the version of Kubernetes.
	Version string `json:"version,omitempty"`
	// Build is the version that the daemon's program was built as.
	Build string `json:"build,omitempty"`
	// Started is when the daemon was started.
	Started time.Time `json:"started,omitzero"`
	// NodesPID is the nodes' process; 0 while it restarts.
	NodesPID int `json:"nodesPID,omitempty"`
	// Confined is how that process is confined.
	Confined nodehost.Confinement `json:"confined,omitzero"`
	// Held are the pods that are held back because they ended that process.
	Held []nodehost.HeldPod `json:"held,omitempty"`
	// ResidentBytes is the memory that both processes use; 0 if unknown. What they
	// share is counted once.
	ResidentBytes int64 `json:"residentBytes,omitempty"`
	// Nodes are the nodes as the sandbox runs them.
	Nodes []fleet.Node `json:"nodes,omitempty"`
	// IdleTimeoutSeconds is after how long without use the sandbox stops itself; 0
	// for never. LastUse is when it was last used, at most a minute out of date.
	IdleTimeoutSeconds float64   `json:"idleTimeoutSeconds"`
	LastUse            time.Time `json:"lastUse,omitzero"`
	// IdleStopped is when a stopped sandbox stopped itself, if it did.
	IdleStopped time.Time `json:"idleStopped,omitzero"`
	// DiskFull says that the disk is so full that the sandbox accepts no changes;
	// DiskFreeBytes is how much is left.
	DiskFull      bool  `json:"diskFull,omitempty"`
	DiskFreeBytes int64 `json:"diskFreeBytes,omitempty"`
	// Ingress is the URL on this machine that Ingresses are served at; empty while
	// there are none.
	Ingress string `json:"ingress,omitempty"`
	// NotEnforced are the kinds whose objects have no effect here.
	NotEnforced []string `json:"notEnforced,omitempty"`
	// Notices are what the learner should know about the last start. They are not
	// in the JSON form: callers that print it add them in one language.
	Notices []lang.Message `json:"-"`
}

// IdleTimeout is after how long without use the sandbox stops itself; 0 for never.
func (s Status) IdleTimeout() time.Duration {
	return time.Duration(s.IdleTimeoutSeconds * float64(time.Second))
}

// Look returns the state of the sandbox. It asks files and the operating system,
// not the cluster, so it is fast.
func Look(folder Folder) (Status, error) {
	s := Status{Kubeconfig: folder.Kubeconfig()}
	if left, ok := folder.free(); ok && left < freespace.ForCluster {
		s.DiskFull, s.DiskFreeBytes = true, left
	}
	held, err := folder.held()
	if err != nil {
		return s, err
	}
	r, err := folder.read()
	if err != nil {
		return s, err
	}
	s.IdleTimeoutSeconds = r.IdleSeconds
	if !held {
		s.IdleStopped = r.IdleStopped
		return s, nil
	}
	s.Running = true
	if !holds(r.PID, folder.file("lock")) {
		return s, nil // so new that it has not written its record yet
	}
	s.Ready, s.PID, s.Version, s.Build, s.Started = r.Ready, r.PID, r.Version, r.Build, r.Started
	if r.LostPort != 0 {
		s.Notices = append(s.Notices, lang.Messagef("another program now uses port %d; the kubeconfig has the new port", "端口 %d 现在被另一个程序占用；kubeconfig 里已换成新的端口", r.LostPort))
	}
	s.Server = "https://" + net.JoinHostPort("127.0.0.1", strconv.Itoa(r.Port))
	s.NodesPID, s.Confined = r.NodesPID, r.Confined
	s.ResidentBytes = residentBytes(r.PID, r.NodesPID)
	if r.Ready {
		s.Nodes, s.LastUse = r.Nodes, r.LastUse
		s.Ingress = folder.ingressURL()
		for _, h := range r.Held {
			if time.Now().Before(h.Until) {
				s.Held = append(s.Held, h)
			}
		}
		s.NotEnforced = []string{"NetworkPolicy"}
	}
	return s, nil
}

// stoppedItself is the notice that the sandbox stopped itself.
func stoppedItself(r record) lang.Message {
	return lang.Messagef("the sandbox had stopped itself at %s after %s without use; everything in it is still there",
		"沙箱在 %s 因 %s无人使用而自动停止；里面的东西都还在", r.IdleStopped.Local().Format(time.DateTime), Span(r.idleTimeout()))
}

// anotherBuild is the notice that the daemon runs another version of the
// program.
func anotherBuild(its, own string) lang.Message {
	return lang.Messagef("the sandbox is running version %s of this program, but this is %s; to switch and keep everything in it: %s down && %s up",
		"沙箱运行的是本程序的 %s 版，而现在的程序是 %s 版；运行 %s down && %s up 就能换过来，里面的东西都会保留", its, own, lang.Same(Program), lang.Same(Program))
}
