package kube

import (
	"fmt"
	"strconv"
	"strings"
)

// ServicePort finds a Service's port by number or name, nil when it has none.
func ServicePort(svc *Object, port string) map[string]any {
	for _, p := range Maps(svc.Object, "spec", "ports") {
		number, _ := Number(p, "port")
		if Text(p, "name") == port || strconv.FormatInt(number, 10) == port {
			return p
		}
	}
	return nil
}

// ServicePorts lists a Service's ports as kubectl does, "" when it has none.
func ServicePorts(svc *Object) string {
	return portList(Maps(svc.Object, "spec", "ports"), "port")
}

// ContainerPorts returns the ports that a pod's containers declare.
func ContainerPorts(pod *Object) []map[string]any {
	var ports []map[string]any
	for _, c := range Maps(pod.Object, "spec", "containers") {
		ports = append(ports, Maps(c, "ports")...)
	}
	return ports
}

// PodPorts lists the ports that a pod's containers declare, "" when they declare none.
func PodPorts(pod *Object) string { return portList(ContainerPorts(pod), "containerPort") }

func portList(ports []map[string]any, number string) string {
	var list []string
	for _, p := range ports {
		n, _ := Number(p, number)
		text := strconv.FormatInt(n, 10)
		if name := Text(p, "name"); name != "" {
			text = fmt.Sprintf("%s (%s)", text, name)
		}
		list = append(list, text)
	}
	return strings.Join(list, ", ")
}

// PortNumber turns the name of a container's port into its number.
func PortNumber(pod *Object, port string) string {
	if pod == nil {
		return port
	}
	for _, p := range ContainerPorts(pod) {
		if number, ok := Number(p, "containerPort"); ok && Text(p, "name") == port {
			return strconv.FormatInt(number, 10)
		}
	}
	return port
}
