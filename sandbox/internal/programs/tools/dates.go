package tools

import (
	"strconv"
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

func timeApplets() map[string]applet {
	return map[string]applet{
		"date":  {run: date, flags: "Rs:ud:r:I::", others: "D", long: "rfc-822=R rfc-2822=R set:=s utc=u date:=d reference:=r", usage: "[OPTIONS] [+FMT] [[-s] TIME]"},
		"sleep": {run: sleep, raw: true, usage: "[N]..."},
	}
}

// date shows the time, by default as "Sat Nov 21 03:00:00 UTC 2026".
func date(c *command) int {
	now, format := time.Now().UTC(), "%a %b %e %H:%M:%S UTC %Y"
	var wanted string
	for _, arg := range c.rest {
		if text, ok := strings.CutPrefix(arg, "+"); ok {
			format = text
		} else {
			wanted = arg
		}
	}
	set := c.has('s') || wanted != ""
	if c.has('s') {
		wanted = c.value('s')
	}
	if c.has('d') {
		wanted = c.value('d')
	}
	if name := c.value('r'); c.has('r') {
		info, err := c.stat(name)
		if err != nil {
			return c.fail("can't stat '%s': %s", name, reason(err))
		}
		now = info.ModTime().UTC()
	} else if set || c.has('d') {
		t, ok := c.readTime(wanted, false)
		if !ok {
			return c.fail("invalid date '%s'", wanted)
		}
		now = t
	}
	switch {
	case c.has('R'):
		format = "%a, %d %b %Y %H:%M:%S +0000"
	case c.has('I'):
		format = map[byte]string{'d': "%F", 'h': "%FT%H+00:00", 'm': "%FT%R+00:00", 's': "%FT%T+00:00"}[(c.value('I') + "d")[0]]
	}
	if set {
		c.fail("can't set date: Operation not permitted")
	}
	c.printf("%s\n", strftime(now, format))
	return 0
}

// readTime reads a time as date and touch take it; compact is the "202401021530.45" of
// touch -t. A day alone is its midnight for date, and this time of that day for touch.
func (c *command) readTime(text string, compact bool) (time.Time, bool) {
	if digits, ok := strings.CutPrefix(text, "@"); ok {
		n, err := strconv.ParseInt(digits, 10, 64)
		return time.Unix(n, 0).UTC(), err == nil && n >= 0 && n < 1<<55
	}
	now := time.Now().UTC()
	for _, layout := range []string{"2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02", "15:04:05", "15:04", "200601021504", "200601021504.05", "Jan _2 15:04:05 2006", "Jan _2 15:04:05 MST 2006", "2006.01.02-15:04:05", "2006.01.02-15:04"} {
		if compact && !strings.HasPrefix(layout, "20060102") {
			continue
		}
		t, err := time.Parse(layout, text)
		switch {
		case err != nil:
		case strings.HasPrefix(layout, "15:"):
			return time.Date(now.Year(), now.Month(), now.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC), true
		case layout == "2006-01-02" && c.name == "touch":
			return time.Date(t.Year(), t.Month(), t.Day(), now.Hour(), now.Minute(), now.Second(), 0, time.UTC), true
		default:
			return t, true
		}
	}
	return time.Time{}, false
}

func strftime(t time.Time, format string) string {
	layouts := map[byte]string{
		'a': "Mon", 'A': "Monday", 'b': "Jan", 'B': "January", 'h': "Jan", 'd': "02", 'e': "_2", 'H': "15", 'I': "03", 'M': "04",
		'm': "01", 'p': "PM", 'P': "pm", 'S': "05", 'Y': "2006", 'y': "06", 'Z': "MST", 'z': "-0700", 'F': "2006-01-02",
		'T': "15:04:05", 'R': "15:04", 'D': "01/02/06", 'x': "01/02/06", 'X': "15:04:05", 'r': "03:04:05 PM", 'j': "002", 'c': "Mon Jan _2 15:04:05 2006",
	}
	year, week := t.ISOWeek()
	numbers := map[byte]string{
		's': strconv.FormatInt(t.Unix(), 10), 'N': t.Format(".000000000")[1:], 'n': "\n", 't': "\t", '%': "%",
		'u': strconv.Itoa((int(t.Weekday())+6)%7 + 1), 'w': strconv.Itoa(int(t.Weekday())), 'C': two(t.Year() / 100),
		'k': padded("2", strconv.Itoa(t.Hour())), 'l': padded("2", strconv.Itoa((t.Hour()+11)%12+1)), 'V': two(week), 'G': strconv.Itoa(year), 'g': two(year % 100),
		'U': two((t.YearDay() + 6 - int(t.Weekday())) / 7), 'W': two((t.YearDay() + 6 - (int(t.Weekday())+6)%7) / 7),
	}
	var out strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			out.WriteByte(format[i])
			continue
		}
		i++
		layout, ok := layouts[format[i]]
		number, counted := numbers[format[i]]
		switch {
		case ok:
			out.WriteString(t.Format(layout))
		case counted:
			out.WriteString(number)
		default:
			out.WriteString("%" + format[i:i+1])
		}
	}
	return out.String()
}

func two(n int) string { return padded("02", strconv.Itoa(n)) }

// sleep has no signal handlers: as a container's first process it ignores
// SIGTERM, as on a real node.
func sleep(c *command) int {
	if len(c.rest) == 0 {
		return c.misuse()
	}
	var total time.Duration
	for _, arg := range c.rest {
		d, ok := period(arg)
		if arg == "infinity" || arg == "inf" {
			d, ok = 1<<62, true
		}
		if !ok {
			return c.invalid(arg)
		}
		total += min(d, 1<<62-total)
	}
	timer := time.NewTimer(total)
	defer timer.Stop()
	select {
	case <-timer.C:
		return 0
	case <-c.ctx.Done():
		return 128 + int(container.SIGKILL)
	}
}
