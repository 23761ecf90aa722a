package tools

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func nproc(c *command) int {
	c.printf("%d\n", runtime.NumCPU())
	return 0
}

// started is when the container's first process was.
func (c *command) started() time.Time {
	all := c.running()
	if len(all) == 0 {
		return time.Now()
	}
	return all[0].Started
}

func uptime(c *command) int {
	up := time.Since(c.started())
	c.printf(" %s up %d:%02d,  0 users,  load average: 0.00, 0.00, 0.00\n", time.Now().UTC().Format("15:04:05"), int(up.Hours()), int(up.Minutes())%60)
	return 0
}

// top shows the processes again and again; none of them uses anything that the
// sandbox could measure.
func top(c *command) int {
	if !c.parse("bHmn:d:") {
		return 1
	}
	times, err := strconv.Atoi(c.flags['n'])
	if c.has('n') && err != nil {
		return c.fail("invalid number '%s'", c.flags['n'])
	}
	tick := time.NewTicker(5 * time.Second)
	defer tick.Stop()
	for n := 1; ; n++ {
		if !c.has('b') && c.TTY {
			c.printf("\x1b[H\x1b[J")
		}
		c.printf("Mem: not known in the sandbox\nCPU: not known in the sandbox\nLoad average: 0.00 0.00 0.00 %d/%[1]d %d\n  PID  PPID USER     STAT   VSZ %%VSZ CPU %%CPU COMMAND\n", len(c.running()), c.PID)
		for _, p := range c.running() {
			c.printf("%5d %5d %-8.8s S        0   0%%   0   0%% %s\n", p.PID, p.Parent, c.userName(p.User.UID), strings.Join(p.Args, " "))
		}
		if n == times {
			return 0
		}
		select {
		case <-tick.C:
		case <-c.ctx.Done():
			return 0
		}
	}
}

// unknown is a command that a real container has and that would have to invent
// its answer here.
func unknown(c *command) int {
	return c.fail("not supported by the sandbox: there is no Linux below its containers")
}

func printenv(c *command) int {
	if len(c.rest) == 0 {
		return env(c)
	}
	code := 0
	for _, name := range c.rest {
		found := false
		for _, e := range lastWins(c.Env) {
			if key, value, _ := strings.Cut(e, "="); key == name {
				c.printf("%s\n", value)
				found = true
			}
		}
		if !found {
			code = 1
		}
	}
	return code
}

// stty only tells and takes nothing.
func stty(c *command) int {
	size, ok := c.size()
	if !ok {
		return c.fail("standard input: Inappropriate ioctl for device")
	}
	if len(c.rest) > 0 && c.rest[0] == "size" {
		c.printf("%d %d\n", size.Rows, size.Columns)
		return 0
	}
	if len(c.rest) == 0 || c.rest[0] == "-a" {
		c.printf("speed 38400 baud; rows %d; columns %d;\n", size.Rows, size.Columns)
	}
	return 0
}

func ttyName(c *command) int {
	if _, ok := c.size(); !ok {
		c.printf("not a tty\n")
		return 1
	}
	c.printf("/dev/pts/0\n")
	return 0
}

func clearScreen(c *command) int {
	c.printf("\x1b[H\x1b[J")
	return 0
}

// dd copies blocks: "dd if=FILE of=FILE bs=N count=N".
func dd(c *command) int {
	values := map[string]string{"bs": "512"}
	for _, arg := range c.rest {
		name, value, _ := strings.Cut(arg, "=")
		values[name] = value
	}
	block, ok := bytes(values["bs"])
	if !ok || block < 1 || block > 64<<20 {
		return c.fail("invalid number '%s'", values["bs"])
	}
	in, err := c.open(first(values["if"], "-"))
	if err != nil {
		return c.fail("can't open '%s': %s", values["if"], reason(err))
	}
	defer func() { _ = in.Close() }() // it was only read
	out := c.Stdout
	if name := values["of"]; name != "" {
		file, err := c.Files.OpenFile(c.path(name), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
		if err != nil {
			return c.fail("can't open '%s': %s", name, reason(err))
		}
		defer func() { _ = file.Close() }() // each write was checked
		out = file
	}
	count, limited := bytes(values["count"])
	whole, part, buf := int64(0), 0, make([]byte, block)
	for ; !limited || whole < count; whole++ {
		n, err := io.ReadFull(in, buf)
		if n < len(buf) && n > 0 {
			part = 1
		}
		if _, werr := out.Write(buf[:n]); werr != nil {
			return c.fail("error writing '%s': %s", first(values["of"], "standard output"), reason(werr))
		}
		if err != nil || c.ctx.Err() != nil {
			break
		}
	}
	_, _ = io.WriteString(c.Stderr, strconv.FormatInt(whole, 10)+"+"+strconv.Itoa(part)+" records in\n"+ // where stderr is gone there is nobody to tell
		strconv.FormatInt(whole, 10)+"+"+strconv.Itoa(part)+" records out\n")
	return 0
}

func first(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// bytes reads "10", "4k" or "1M".
func bytes(text string) (int64, bool) {
	unit := int64(1)
	if n := len(text); n > 0 {
		if u := map[byte]int64{'k': 1 << 10, 'K': 1 << 10, 'M': 1 << 20, 'G': 1 << 30}[text[n-1]]; u != 0 {
			unit, text = u, text[:n-1]
		}
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n * unit, err == nil
}

// truncate sets a file's length by writing it anew: "truncate -s SIZE FILE".
func truncate(c *command) int {
	if !c.parse("s:c") || !c.has('s') {
		return 1
	}
	size, ok := bytes(c.flags['s'])
	if !ok {
		return c.fail("invalid number '%s'", c.flags['s'])
	}
	code := 0
	for _, name := range c.rest {
		if err := c.resize(name, size); err != nil {
			code = c.fail("%s: %s", name, reason(err))
		}
	}
	return code
}

// largest is how many bytes a file may be given that are not written to it.
const largest = 1 << 30

// resize gives a file a length. What is added takes no room, as on a disk that
// knows holes.
func (c *command) resize(name string, size int64) error {
	if size > largest {
		return &fs.PathError{Op: "truncate", Path: name, Err: syscall.EFBIG}
	}
	if size == 0 {
		return c.writeFile(name, "")
	}
	info, err := c.Files.Stat(c.path(name))
	if err == nil && info.Size() >= size {
		text, err := c.readFile(name)
		if err != nil {
			return err
		}
		return c.writeFile(name, string(text[:min(int64(len(text)), size)]))
	}
	f, err := c.Files.OpenFile(c.path(name), os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	if _, err = f.Seek(size-1, io.SeekStart); err == nil {
		_, err = f.Write([]byte{0})
	}
	return errors.Join(err, f.Close())
}
