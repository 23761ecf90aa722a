// Package tools has the small commands of the sandbox's images, with busybox's
// options and messages.
package tools

import (
	"context"
	"fmt"
	"maps"
	"path"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// Programs returns the commands by their paths. Commands of busybox that the
// sandbox does not support are included too, and say so.
func Programs() map[string]container.Program {
	all := map[string]applet{}
	for _, family := range []func() map[string]applet{
		listApplets, fileApplets, linkApplets, modeApplets, archiveApplets, readApplets, lineApplets, fieldApplets,
		codeApplets, compareApplets, printApplets, timeApplets, userApplets, processApplets, runApplets, machineApplets, networkApplets,
	} {
		maps.Copy(all, family())
	}
	programs := map[string]container.Program{}
	for _, name := range missing() {
		programs["/bin/"+name] = applet{run: (*command).unsupported, raw: true}.program(name)
	}
	for name, a := range all {
		programs[path.Join("/", a.dir(name), name)] = a.program(name)
	}
	return programs
}

// applet is one of busybox's commands.
type applet struct {
	run func(*command) int
	// flags are the options as getopt(3) has them: a colon behind a letter says that
	// it takes a value, two that it may. "+" before all of them ends the options at
	// the first other argument.
	flags string
	// others are the options that busybox has and the sandbox does not.
	others string
	// long are the long options: "name=x" is the letter x, "name:=x" takes a value,
	// "name?=x" may.
	long string
	// usage is what follows the name in the help.
	usage string
	// least and most are how many other arguments it takes; most 0 is any number.
	least, most int
	// wrong is the exit code for wrong use, 1 when 0.
	wrong int
	// before rewrites the arguments before the options are read.
	before func(args []string) []string
	// raw commands read their arguments themselves.
	raw bool
}

// dir is the folder that a command is in.
func (applet) dir(name string) string {
	switch name {
	case "ifconfig", "ip", "route", "sysctl", "arp":
		return "sbin"
	case "env", "head", "id", "groups", "seq", "sort", "tail", "tee", "uniq", "wc", "which", "whoami", "basename", "dirname",
		"clear", "cut", "diff", "cmp", "du", "expr", "find", "hexdump", "od", "killall", "pkill", "pgrep", "pidof", "less",
		"md5sum", "sha1sum", "sha256sum", "sha512sum", "nc", "nohup", "nproc", "printf", "readlink", "realpath", "rev", "tac",
		"telnet", "time", "timeout", "top", "tr", "truncate", "tty", "unlink", "uptime", "xargs", "yes":
		return "usr/bin"
	}
	return "bin"
}

// command is one run of a command.
type command struct {
	*container.Process
	applet
	ctx  context.Context
	name string
	// given holds the options that were given with their values, rest the other
	// arguments.
	given map[byte][]string
	rest  []string
	// kept is how many bytes it keeps of what it read.
	kept int64
}

func (a applet) program(name string) container.Program {
	return func(ctx context.Context, p *container.Process) int {
		c := &command{Process: p, applet: a, ctx: ctx, name: name, given: map[byte][]string{}, rest: p.Args[1:]}
		if len(c.rest) == 1 && c.rest[0] == "--help" && a.usage != "" {
			c.help()
			return 0
		}
		if !a.raw {
			if code := c.options(); code >= 0 {
				return code
			}
		}
		return a.run(c)
	}
}

// fail says what went wrong and returns 1.
func (c *command) fail(format string, args ...any) int {
	c.complain(c.name+": "+format+"\n", args...)
	return 1
}

// complain writes to stderr; where stderr is gone there is nobody to tell.
func (c *command) complain(format string, args ...any) {
	_, _ = fmt.Fprintf(c.Stderr, format, args...)
}

// refuse says that the sandbox does not do what busybox would.
func (c *command) refuse(what string) int {
	return c.fail("%s: not supported by the sandbox", what)
}

// unsupported is a command that would have to invent its answer here, or that no
// learner has missed yet.
func (c *command) unsupported() int {
	hint := map[string]string{
		"awk": "; cut -d ' ' -f 2 takes a field out of lines, sed -n '/TEXT/p' chooses lines",
		"vi":  "; change a file with sed -i, or from outside with kubectl cp",
	}[c.name]
	return c.fail("not supported by the sandbox%s", hint)
}

// printf writes to stdout and reports whether someone still takes it.
func (c *command) printf(format string, args ...any) bool {
	_, err := fmt.Fprintf(c.Stdout, format, args...)
	return err == nil
}

// path makes a name absolute.
func (c *command) path(name string) string {
	if path.IsAbs(name) {
		return path.Clean(name)
	}
	return path.Join(c.Dir, name)
}

// missing are the commands of busybox that the sandbox does not have. A learner who
// calls one is told so, not that there were none.
func missing() []string {
	return strings.Fields("acpid adjtimex ar arp arping ascii awk bc blkid blockdev brctl bunzip2 bzcat bzip2 cal chroot chvt cksum comm cpio crontab " +
		"cryptpw dc deallocvt depmod devmem df dmesg dnsdomainname dos2unix dumpleases ed eject ether-wake expand factor fallocate fatattr fdisk flock fold free " +
		"fsck fstrim fsync fuser getopt getty hd hdparm hostid httpd hwclock install ionice iostat ipcalc ipcrm ipcs killall5 klogd last logger " +
		"login logname logread losetup lpd lsmod lsof lspci lsscsi lsusb lzcat lzma lzop makemime man md5 microcom mkdosfs mke2fs mkfifo mknod mkpasswd mkswap " +
		"modinfo modprobe mount mountpoint mpstat mt nameif nbd-client netstat nice nl nologin nsenter ntpd openvt partprobe passwd paste patch pipe_progress " +
		"pivot_root pmap poweroff pscan pstree pwdx raidautorun rdate readahead readprofile reboot renice reset resize rmmod route rpm rpm2cpio run-parts rx script " +
		"setfattr setpriv setserial setsid sha3sum shred shuf slattach split ssl_client start-stop-daemon strings su sum svc swapoff swapon switch_root sysctl " +
		"syslogd taskset tcpsvd tftp traceroute traceroute6 ts tunctl ubirename udhcpc udhcpd umount unexpand unix2dos unlzma unshare unxz unzip usleep uudecode uuencode " +
		"vconfig vi vlock volname w watch watchdog who xxd xz xzcat")
}
