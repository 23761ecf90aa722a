package tools

import (
	"crypto/md5"  //nolint:gosec // a sum, as its users ask for it
	"crypto/sha1" //nolint:gosec // a sum, as its users ask for it
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"strings"
	"syscall"
)

func codeApplets() map[string]applet {
	sum := applet{run: sum, flags: "scw", usage: "[-c[sw]] [FILE]..."}
	return map[string]applet{
		"md5sum": sum, "sha1sum": sum, "sha256sum": sum, "sha512sum": sum,
		"base64":  {run: base64Code, flags: "dw:", long: "decode=d wrap:=w", usage: "[-d] [-w COL] [FILE]", most: 1},
		"hexdump": {run: hexdump, flags: "bcdoxCvn:s:", others: "ef", usage: "[-bcdoxCv] [-e FMT] [-f FMT_FILE] [-n LEN] [-s OFS] [FILE]..."},
		"od":      {run: od, flags: "A:N:j:t:bcdovx", others: "aBDefFhHiIlLOsSw", usage: "[-abcdeFfhiloxsv] [FILE]..."},
	}
}

func (c *command) hash() hash.Hash {
	switch c.name {
	case "md5sum":
		return md5.New() //nolint:gosec // see above
	case "sha1sum":
		return sha1.New() //nolint:gosec // see above
	case "sha256sum":
		return sha256.New()
	}
	return sha512.New()
}

// sum is md5sum and similar commands, with -c too.
func sum(c *command) int {
	if c.has('c') {
		return c.checkSums()
	}
	code := 0
	names := c.rest
	if len(names) == 0 {
		names = []string{"-"}
	}
	for _, name := range names {
		digest, fault := c.digest(name)
		if fault != "" {
			code = 1
			if fault != "-" {
				c.fail("%s", fault)
			}
			continue
		}
		c.printf("%s  %s\n", digest, name)
	}
	return code
}

// digest returns a file's sum, or an error; "-" needs no message.
func (c *command) digest(name string) (digest, fault string) {
	r, err := c.open(name)
	if err != nil {
		return "", "can't open '" + name + "': " + reason(err)
	}
	h := c.hash()
	_, err = io.Copy(h, r)
	if err = errors.Join(err, r.Close()); err != nil {
		if quiet(err) {
			return "", "-"
		}
		return "", "can't read '" + name + "': " + reason(err)
	}
	return hex.EncodeToString(h.Sum(nil)), ""
}

func (c *command) checkSums() int {
	name := "-"
	if len(c.rest) > 0 {
		name = c.rest[0]
	}
	list, err := c.open(name)
	if err != nil {
		return c.fail("%s: %s", name, reason(err))
	}
	defer func() { _ = list.Close() }() // it was only read
	total, failed := 0, 0
	err = c.eachLine(list, '\n', func(line string, _ bool) bool {
		total++
		want, file, ok := strings.Cut(line, " ")
		if !ok || len(file) < 2 || file[0] != ' ' && file[0] != '*' {
			failed++
			if c.has('w') {
				c.fail("invalid format")
			}
			return true
		}
		file = file[1:]
		got, fault := c.digest(file)
		if fault != "" && fault != "-" {
			c.fail("%s", fault)
		}
		result := "OK"
		if got != strings.ToLower(want) {
			failed++
			result = "FAILED"
		}
		return c.has('s') || c.printf("%s: %s\n", file, result)
	})
	switch {
	case err != nil:
		return c.fail("%s: %s", name, reason(err))
	case total == 0:
		return c.fail("%s: no checksum lines found", name)
	case failed > 0 && !c.has('s'):
		c.fail("WARNING: %d of %d computed checksums did NOT match", failed, total)
	}
	return truth(failed > 0)
}

func base64Code(c *command) int {
	width := 76
	if c.has('w') {
		n, ok := natural(c.value('w'))
		if !ok {
			return c.invalid(c.value('w'))
		}
		width = n
	}
	name := "-"
	if len(c.rest) > 0 {
		name = c.rest[0]
	}
	r, err := c.open(name)
	if err != nil {
		return c.fail("%s: %s", name, reason(err))
	}
	defer func() { _ = r.Close() }() // it was only read
	if c.has('d') {
		return c.decode(r)
	}
	text, err := c.readAll(r)
	if err != nil {
		if errors.Is(err, syscall.EISDIR) {
			return c.fail("read error: %s", reason(err))
		}
		return 1
	}
	code := base64.StdEncoding.EncodeToString(text)
	for width > 0 && len(code) > width {
		c.printf("%s\n", code[:width])
		code = code[width:]
	}
	if c.printf("%s", code); width > 0 && code != "" {
		c.printf("\n")
	}
	return 0
}

// decode prints what base64 stands for; it skips what is none.
func (c *command) decode(r io.Reader) int {
	text, err := c.readAll(r)
	if err != nil {
		return 1
	}
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	var out []byte
	group, n, padding := uint32(0), 0, 0
	for _, b := range text {
		at := strings.IndexByte(letters, b)
		if b == '=' {
			at, padding = 0, padding+1
		}
		if at < 0 {
			continue
		}
		group = group<<6 | uint32(at)
		if n++; n == 4 {
			out = append(out, []byte{byte(group >> 16), byte(group >> 8), byte(group)}[:max(0, 3-padding)]...)
			group, n = 0, 0
			if padding > 0 {
				break
			}
		}
	}
	_, _ = c.Stdout.Write(out) // without stdout there is nowhere to report it
	if n > 0 {
		return c.fail("truncated input")
	}
	return 0
}
