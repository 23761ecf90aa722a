package tools

import (
	"bufio"
	"os"
	"strings"
)

// fullName is the first name that /etc/hosts has for the pod's address: with a
// subdomain, the pod's name in the cluster.
func (c *command) fullName() string {
	file, err := c.Files.OpenFile("/etc/hosts", os.O_RDONLY, 0)
	if err != nil {
		return c.Hostname
	}
	defer func() { _ = file.Close() }() // it was only read
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if words := strings.Fields(lines.Text()); len(words) > 1 && words[0] == c.Net.IP() {
			return words[1]
		}
	}
	return c.Hostname
}
