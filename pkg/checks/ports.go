package checks

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// servicePort finds a Service's port by number or name, nil when it has none.
func servicePort(svc *object, port string) map[string]any {
	for _, p := range mapsAt(svc.Object, "spec", "ports") {
		number, _ := numberAt(p, "port")
		if textAt(p, "name") == port || strconv.FormatInt(number, 10) == port {
			return p
		}
	}
	return nil
}

// servicePorts lists a Service's ports as kubectl does, "" when it has none.
func servicePorts(svc *object) string {
	return portList(mapsAt(svc.Object, "spec", "ports"), "port")
}

// containerPorts returns the ports that a pod's containers declare.
func containerPorts(pod *object) []map[string]any {
	var ports []map[string]any
	for _, c := range mapsAt(pod.Object, "spec", "containers") {
		ports = append(ports, mapsAt(c, "ports")...)
	}
	return ports
}

func portsText(pod *object) string { return portList(containerPorts(pod), "containerPort") }

func portList(ports []map[string]any, number string) string {
	var list []string
	for _, p := range ports {
		n, _ := numberAt(p, number)
		text := strconv.FormatInt(n, 10)
		if name := textAt(p, "name"); name != "" {
			text = fmt.Sprintf("%s (%s)", text, name)
		}
		list = append(list, text)
	}
	return strings.Join(list, ", ")
}

func sortByName(objects []*object) { slices.SortFunc(objects, byName) }
