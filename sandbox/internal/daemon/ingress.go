package daemon

import (
	"encoding/json"
	"net"
	"os"
	"strconv"

	"github.com/kubectl-learn/kubectl-learn/internal/atomicfile"
)

// ingressFile holds the port while one is open. It is a separate file because
// only the daemon's run loop writes the record.
const ingressFile = "ingress.json"

// writeIngress records the port that Ingresses are served on; 0 for none.
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
