package tools

import (
	"bufio"
	"os"
	"path"
	"runtime"
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

func machineApplets() map[string]applet {
	return map[string]applet{
		"hostname": {run: hostname, flags: "sidf", others: "F", usage: "[-sidf] [HOSTNAME | -F FILE]", most: 1},
		"uname":    {run: uname, flags: "amnrspvio", usage: "[-amnrspvio]"},
		"arch":     {run: uname, raw: true, usage: " "},
		"nproc":    {run: nproc, long: "all=a ignore:=i", usage: "[--all] [--ignore=N]"},
		"uptime":   {run: uptime, raw: true, usage: " "},
		"stty":     {run: stty, raw: true, usage: "[-a|g] [-F DEVICE] [SETTING]..."},
		"tty":      {run: ttyName, flags: "s", usage: "[-s]"},
		"mktemp":   {run: mktemp, flags: "dqtup:", usage: "[-dt] [-p DIR] [TEMPLATE]", most: 1},
		"truncate": {run: truncate, flags: "cs:", usage: "[-c] -s SIZE FILE...", least: 1},
		"dd":       {run: dd, raw: true, usage: ddUsage},
	}
}

// hostname shows the pod's name. Its containers may not change it.
func hostname(c *command) int {
	if len(c.rest) > 0 {
		return c.fail("sethostname: Operation not permitted")
	}
	if c.has('i') {
		c.printf("%s\n", c.Net.IP())
		return 0
	}
	name, domain, _ := strings.Cut(c.fullName(), ".")
	switch {
	case c.has('f'):
		name = c.fullName()
	case c.has('d'):
		name = domain
	case !c.has('s'):
		name = c.Hostname
	}
	c.printf("%s\n", name)
	return 0
}

// fullName is the first name that /etc/hosts has for the pod's address: with a
// subdomain, the pod's name in the cluster.
func (c *command) fullName() string {
	file, err := c.open("/etc/hosts")
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

func uname(c *command) int {
	if c.name == "arch" {
		c.given['m'] = []string{""}
	}
	machine := map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[runtime.GOARCH]
	var out []string
	for _, part := range []struct {
		flag byte
		text string
	}{{'s', "Linux"}, {'n', c.Hostname}, {'r', "6.12.0-sandbox"}, {'v', "#1 SMP"}, {'m', machine}, {'p', "unknown"}, {'i', "unknown"}, {'o', "GNU/Linux"}} {
		all := c.has('a') && part.flag != 'p' && part.flag != 'i'
		if c.has(part.flag) || all || len(c.given) == 0 && part.flag == 's' {
			out = append(out, part.text)
		}
	}
	c.printf("%s\n", strings.Join(out, " "))
	return 0
}

func nproc(c *command) int {
	ignored, ok := natural(first(c.value('i'), "0"))
	if !ok {
		return c.invalid(c.value('i'))
	}
	c.printf("%d\n", max(1, runtime.NumCPU()-ignored))
	return 0
}

func uptime(c *command) int {
	begun := time.Now()
	if all := c.running(); len(all) > 0 {
		begun = all[0].Started
	}
	up := time.Since(begun)
	c.printf(" %s up %d:%02d,  0 users,  load average: 0.00, 0.00, 0.00\n", time.Now().UTC().Format("15:04:05"), int(up.Hours()), int(up.Minutes())%60)
	return 0
}

// stty only prints settings and cannot change them.
func stty(c *command) int {
	size, ok := c.size()
	switch {
	case !ok:
		return c.fail("standard input: Inappropriate ioctl for device")
	case len(c.rest) > 0 && c.rest[0] == "size":
		c.printf("%d %d\n", size.Rows, size.Columns)
	case len(c.rest) == 0 || c.rest[0] == "-a":
		c.printf("speed 38400 baud; rows %d; columns %d;\n", size.Rows, size.Columns)
	default:
		return c.refuse(c.rest[0])
	}
	return 0
}

func ttyName(c *command) int {
	_, ok := c.size()
	switch {
	case c.has('s'):
	case ok:
		c.printf("/dev/pts/0\n")
	default:
		c.printf("not a tty\n")
	}
	return truth(!ok)
}

func mktemp(c *command) int {
	template, dir := "tmp.XXXXXX", ""
	if len(c.rest) > 0 {
		template = c.rest[0]
	}
	if len(c.rest) == 0 || c.any("tp") {
		dir, _ = c.variable("TMPDIR")
		dir = first(dir, first(c.value('p'), "/tmp"))
	}
	if !strings.HasSuffix(template, "XXXXXX") {
		return c.fail("(null): Invalid argument")
	}
	name := path.Join(dir, template[:len(template)-6]+randomName(6))
	var err error
	switch {
	case c.has('u'):
	case c.has('d'):
		err = c.Files.Mkdir(c.path(name), 0o700)
	default:
		var file container.File
		if file, err = c.Files.OpenFile(c.path(name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600); err == nil {
			err = file.Close()
		}
	}
	if err != nil {
		return c.fail("(null): %s", reason(err))
	}
	c.printf("%s\n", name)
	return 0
}
