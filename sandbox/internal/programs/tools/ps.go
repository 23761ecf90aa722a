package tools

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// column is a column of ps.
type column struct {
	name, title string
	width       int
	show        func(c *command, p container.ProcessInfo) string
}

func columns() []column {
	return []column{
		{"user", "USER", 8, func(c *command, p container.ProcessInfo) string { return c.userName(p.User.UID) }},
		{"group", "GROUP", 8, func(c *command, p container.ProcessInfo) string { return c.groupName(p.User.GID) }},
		{"comm", "COMMAND", 16, func(_ *command, p container.ProcessInfo) string { return named(p) }},
		{"args", "COMMAND", 256, func(_ *command, p container.ProcessInfo) string { return strings.Join(p.Args, " ") }},
		{"pid", "PID", 5, func(_ *command, p container.ProcessInfo) string { return strconv.Itoa(p.PID) }},
		{"ppid", "PPID", 5, func(_ *command, p container.ProcessInfo) string { return strconv.Itoa(p.Parent) }},
		{"pgid", "PGID", 5, func(_ *command, p container.ProcessInfo) string { return strconv.Itoa(p.PID) }},
		{"etime", "ELAPSED", 7, func(_ *command, p container.ProcessInfo) string {
			s := int(time.Since(p.Started).Seconds())
			return fmt.Sprintf("%02d:%02d", s/60, s%60)
		}},
		{"nice", "NI", 5, func(*command, container.ProcessInfo) string { return "0" }},
		{"time", "TIME", 6, func(*command, container.ProcessInfo) string { return "0:00" }},
		{"tty", "TT", 6, func(*command, container.ProcessInfo) string { return "?" }},
		{"stat", "STAT", 4, func(*command, container.ProcessInfo) string { return "S" }},
	}
}

// ps shows the container's processes. Like busybox's, it accepts the options of
// other versions of ps and ignores them.
func ps(c *command) int {
	var chosen []column
	for len(c.rest) > 0 {
		arg := c.rest[0]
		c.rest = c.rest[1:]
		value, ok := strings.CutPrefix(arg, "-o")
		if !ok {
			continue
		}
		if value == "" && len(c.rest) > 0 {
			value, c.rest = c.rest[0], c.rest[1:]
		}
		for word := range strings.SplitSeq(value, ",") {
			name, title, titled := strings.Cut(word, "=")
			at := slices.IndexFunc(columns(), func(col column) bool { return col.name == name })
			switch {
			case at >= 0:
			case slices.Contains([]string{"rgroup", "ruser", "vsz", "sid", "rss"}, name):
				return c.refuse("-o " + name)
			default:
				return c.fail("bad -o argument '%s', supported arguments: user,group,comm,args,pid,ppid,pgid,etime,nice,rgroup,ruser,time,tty,vsz,sid,stat,rss", word)
			}
			col := columns()[at]
			if titled {
				col.title = title
			}
			chosen = append(chosen, col)
		}
	}
	if chosen == nil {
		c.printf("PID   USER     TIME  COMMAND\n")
		for _, p := range c.running() {
			c.printf("%5d %-8.8s  0:00 %s\n", p.PID, c.userName(p.User.UID), strings.Join(p.Args, " "))
		}
		return 0
	}
	c.row(chosen, func(col column) string { return col.title })
	for _, p := range c.running() {
		c.row(chosen, func(col column) string { return col.show(c, p) })
	}
	return 0
}

func (c *command) row(chosen []column, text func(column) string) {
	var out strings.Builder
	for i, col := range chosen {
		shown := text(col)
		if shown = shown[:min(len(shown), col.width)]; i < len(chosen)-1 {
			shown = fmt.Sprintf("%-*s ", col.width, shown)
		}
		out.WriteString(shown)
	}
	c.printf("%s\n", out.String())
}

// top shows the processes again and again; the sandbox cannot measure what they
// use.
func top(c *command) int {
	times, ok := natural(first(c.value('n'), "0"))
	if !ok {
		return c.invalid(c.value('n'))
	}
	every, ok := period(first(c.value('d'), "5"))
	if !ok {
		return c.invalid(c.value('d'))
	}
	tick := time.NewTicker(max(every, 100*time.Millisecond))
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
