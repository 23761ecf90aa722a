package tools

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"
)

const ddUsage = "[if=FILE] [of=FILE] [ibs=N obs=N/bs=N] [count=N] [skip=N] [seek=N]\n\t[conv=notrunc|noerror|sync|fsync]\n\t[iflag=skip_bytes|count_bytes|fullblock|direct] [oflag=seek_bytes|append|direct]"

// largestBlock is how many bytes dd copies at a time.
const largestBlock = 64 << 20

// dd copies blocks: "dd if=FILE of=FILE bs=N count=N".
func dd(c *command) int {
	values := map[string]string{}
	for _, arg := range c.rest {
		name, value, ok := strings.Cut(arg, "=")
		switch {
		case !ok || !slices.Contains([]string{"if", "of", "bs", "ibs", "obs", "count", "skip", "seek", "conv", "status", "iflag", "oflag"}, name):
			return c.misuse()
		case name == "iflag" && value != "fullblock", name == "oflag", name == "ibs", name == "obs", name == "conv" && strings.Trim(value, ",") != "notrunc" && value != "fsync":
			return c.refuse(arg)
		}
		values[name] = value
	}
	numbers := map[string]int64{"bs": 512, "count": -1}
	for _, name := range []string{"bs", "count", "skip", "seek"} {
		if text, ok := values[name]; ok {
			n, fine := scaled(text, "cwbkKMGT")
			if !fine {
				return c.invalid(text)
			}
			numbers[name] = n
		}
	}
	switch block := numbers["bs"]; {
	case block == 0:
		return c.fail("number 0 is not in 1..9223372036854775807 range")
	case block > largestBlock:
		return c.fail("memory exhausted")
	}
	in, err := c.open(first(values["if"], "-"))
	if err != nil {
		return c.fail("can't open '%s': %s", values["if"], reason(err))
	}
	defer func() { _ = in.Close() }() // it was only read
	out, code := c.ddOut(values, numbers["seek"]*numbers["bs"])
	if code >= 0 {
		return code
	}
	if file, ok := out.(io.Closer); ok && values["of"] != "" {
		defer func() { _ = file.Close() }() // each write was checked
	}
	return c.copyBlocks(in, out, values, numbers)
}

// ddOut opens what dd writes to.
func (c *command) ddOut(values map[string]string, seek int64) (io.Writer, int) {
	name, ok := values["of"]
	if !ok {
		return c.Stdout, -1
	}
	file, err := c.Files.OpenFile(c.path(name), os.O_WRONLY|os.O_CREATE, 0o666)
	if err == nil && !strings.Contains(values["conv"], "notrunc") {
		if info, serr := file.Stat(); serr == nil && info.Mode().IsRegular() {
			err = errors.Join(file.Close(), c.resize(name, min(seek, largest)))
			if err == nil {
				file, err = c.Files.OpenFile(c.path(name), os.O_WRONLY, 0)
			}
		}
	}
	if err != nil {
		return nil, c.fail("can't open '%s': %s", name, reason(err))
	}
	if seek > 0 {
		if seek > largest {
			err = syscall.EFBIG
		} else {
			_, err = file.Seek(seek, io.SeekStart)
		}
		if err != nil {
			return nil, c.fail("%s: cannot seek: %s", name, reason(err))
		}
	}
	return file, -1
}

func (c *command) copyBlocks(in io.Reader, out io.Writer, values map[string]string, numbers map[string]int64) (code int) {
	block := numbers["bs"]
	if c.hold(int(block)) != nil {
		return 1
	}
	if _, err := io.CopyN(io.Discard, in, numbers["skip"]*block); err != nil && !errors.Is(err, io.EOF) {
		return c.fail("%s: %s", values["if"], reason(err))
	}
	type count struct{ whole, part int64 }
	var read, wrote count
	add := func(to *count, n int) {
		if int64(n) == block {
			to.whole++
		} else {
			to.part++
		}
	}
	buf := make([]byte, block)
	for blocks := int64(0); (numbers["count"] < 0 || blocks < numbers["count"]) && c.ctx.Err() == nil; blocks++ {
		n, err := io.ReadFull(in, buf)
		if n > 0 {
			add(&read, n)
			if _, werr := out.Write(buf[:n]); werr != nil {
				code = 1
				if !quiet(werr) {
					c.fail("error writing '%s': %s", first(values["of"], "standard output"), reason(werr))
				}
				break
			}
			add(&wrote, n)
		}
		if err != nil {
			if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
				return c.fail("%s: %s", first(values["if"], "standard input"), reason(err))
			}
			break
		}
	}
	if values["status"] != "none" {
		c.complain("%d+%d records in\n%d+%d records out\n", read.whole, read.part, wrote.whole, wrote.part)
	}
	return code
}

// largest is the maximum size of a file's unwritten part.
const largest = 1 << 30

// truncate sets files' lengths.
func truncate(c *command) int {
	if !c.has('s') {
		return c.misuse()
	}
	size, ok := scaled(c.value('s'), "bkKmMgGT")
	huge := strings.Trim(c.value('s'), "0123456789") == "" && len(c.value('s')) > 18
	if !ok && !huge {
		return c.invalid(c.value('s'))
	}
	code := 0
	for _, name := range c.rest {
		info, err := c.stat(name)
		switch {
		case err != nil && c.has('c'):
			continue
		case err == nil && info.IsDir():
			code = c.fail("%s: open: %s", name, reason(syscall.EISDIR))
			continue
		case huge:
			code = c.fail("%s: truncate: %s", name, reason(syscall.EINVAL))
			continue
		}
		if err := c.resize(name, size); err != nil {
			code = c.fail("%s: truncate: %s", name, reason(err))
		}
	}
	return code
}

// resize sets a file's length. The added part takes no room, as on a disk with
// sparse files.
func (c *command) resize(name string, size int64) error {
	if size > largest {
		return &fs.PathError{Op: "truncate", Path: name, Err: syscall.EFBIG}
	}
	if size == 0 {
		return c.write(name, "")
	}
	info, err := c.stat(name)
	if err == nil && info.Size() >= size {
		text, err := c.readFile(name)
		if err != nil {
			return err
		}
		return c.write(name, string(text[:min(int64(len(text)), size)]))
	}
	f, err := c.Files.OpenFile(c.path(name), os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	if _, err = f.Seek(size-1, io.SeekStart); err == nil {
		_, err = f.Write([]byte{0})
	}
	return errors.Join(err, f.Close())
}
