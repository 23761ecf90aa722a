package daemon

import (
	"encoding/json"
	"net"
	"os"
	"strconv"

	"github.com/kubectl-learn/kubectl-learn/internal/atomicfile"
)

// ingressFile holds the port while one is open. It is a file of its own since
// the record is written by who starts the daemon.
const ingressFile = "ingress.json"

// writeIngress says where Ingresses are served; 0 for nowhere.
func (f Folder) writeIngress(port int) error {
	data, err := json.Marshal(map[string]int{"port": port})
	if err != nil {
		return err
	}
	return atomicfile.Write(f.file(ingressFile), append(data, '\n'))
}

// ingressURL is where Ingresses are served on this machine; "" while they are
// not.
func (f Folder) ingressURL() string {
	var said struct{ Port int }
	data, err := os.ReadFile(f.file(ingressFile))
	if err != nil || json.Unmarshal(data, &said) != nil || said.Port == 0 {
		return ""
	}
	return "http://" + net.JoinHostPort("127.0.0.1", strconv.Itoa(said.Port))
}
