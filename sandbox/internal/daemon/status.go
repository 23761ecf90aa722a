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

// Status is how the sandbox is.
type Status struct {
	// Running says that the daemon lives; Ready, that the cluster is ready.
	Running bool `json:"running"`
	Ready   bool `json:"ready"`
	// PID is the daemon's process.
	PID int `json:"pid,omitempty"`
	// Server is the API server's URL.
	Server string `json:"server,omitempty"`
	// Kubeconfig is the file that opens the sandbox.
	Kubeconfig string `json:"kubeconfig"`
	// Version is the version of Kubernetes.
	Version string `json:"version,omitempty"`
	// Build is the version that the daemon's program was built as.
	Build string `json:"build,omitempty"`
	// Started is when the daemon was started.
	Started time.Time `json:"started,omitzero"`
	// NodesPID is the process of the nodes; 0 while it starts again.
	NodesPID int `json:"nodesPID,omitempty"`
	// Confined is how that process is kept from the machine.
	Confined nodehost.Confinement `json:"confined,omitzero"`
	// Held are the pods that are held back, since they ended that process.
	Held []nodehost.HeldPod `json:"held,omitempty"`
	// ResidentBytes is the memory that both processes occupy; 0 where unknown. What
	// they share is counted once.
	ResidentBytes int64 `json:"residentBytes,omitempty"`
	// Nodes are the nodes as the sandbox runs them.
	Nodes []fleet.Node `json:"nodes,omitempty"`
	// IdleTimeoutSeconds is after how long without use the sandbox stops itself; 0
	// for never. LastUse is when it was used last, a minute old at most.
	IdleTimeoutSeconds float64   `json:"idleTimeoutSeconds"`
	LastUse            time.Time `json:"lastUse,omitzero"`
	// IdleStopped is when a sandbox that is not running stopped itself, if it did.
	IdleStopped time.Time `json:"idleStopped,omitzero"`
	// DiskFull says that the disk has too little room left, and the sandbox takes no
	// changes; DiskFreeBytes is how much that is.
	DiskFull      bool  `json:"diskFull,omitempty"`
	DiskFreeBytes int64 `json:"diskFreeBytes,omitempty"`
	// Ingress is the URL on this machine that Ingresses are served at; empty while
	// there is none to serve.
	Ingress string `json:"ingress,omitempty"`
	// NotEnforced are the kinds whose objects change nothing here.
	NotEnforced []string `json:"notEnforced,omitempty"`
	// Notices are what the learner should know of the last start. They are not in
	// the JSON form: one who prints that adds them in one language.
	Notices []lang.Message `json:"-"`
}

// IdleTimeout is after how long without use the sandbox stops itself; 0 for never.
func (s Status) IdleTimeout() time.Duration {
	return time.Duration(s.IdleTimeoutSeconds * float64(time.Second))
}

// Look finds out how the sandbox is. It asks files and the operating system, not
// the cluster, and so takes no time.
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
		return s, nil // so young that it has not said who it is
	}
	s.Ready, s.PID, s.Version, s.Build, s.Started = r.Ready, r.PID, r.Version, r.Build, r.Started
	if r.LostPort != 0 {
		s.Notices = append(s.Notices, lang.Messagef("port %d is in use by another program now; the kubeconfig has the new port", "端口 %d 现在被另一个程序占用；kubeconfig 里已换成新的端口", r.LostPort))
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

// stoppedItself says that a sandbox was not stopped by anybody.
func stoppedItself(r record) lang.Message {
	return lang.Messagef("the sandbox had stopped itself at %s, after %s without use; everything in it is still there",
		"沙箱在 %s 因 %s无人使用而自动停止；里面的东西都还在", r.IdleStopped.Local().Format(time.DateTime), Span(r.idleTimeout()))
}

// anotherBuild says that a daemon goes on with the program that started it.
func anotherBuild(its, own string) lang.Message {
	return lang.Messagef("the sandbox runs version %s of this program, and this is %s; to change over, with all that is in it: %s down && %s up",
		"沙箱运行的是本程序的 %s 版，而现在的程序是 %s 版；要换过来，里面的东西都会保留：%s down && %s up", its, own, lang.Same(Program), lang.Same(Program))
}
