package shell

import (
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/programtest"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/tools"
)

// newShell makes a container with the commands of an image.
func newShell(t *testing.T, args ...string) *programtest.Container {
	t.Helper()
	c := programtest.New(t, nil, map[string]string{"/etc/hostname": "pod-1\n", "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\n", "/etc/group": "root:x:0:root\n", "/tmp/lines": "b\na\nb\nc\n", "/tmp/x/y": "deep\n"},
		programtest.NewNetwork(nil), "10.244.0.3", args...)
	programs := tools.Programs()
	programs["/bin/sh"] = Sh
	c.Lookup = func(name string) (container.Program, bool) {
		for _, dir := range []string{"", "/bin/", "/usr/bin/"} {
			if program, ok := programs[dir+name]; ok {
				return program, true
			}
		}
		return nil, false
	}
	return c
}

func TestOneLiners(t *testing.T) {
	for _, tt := range []struct {
		script, out, err string
		code             int
	}{
		{script: `echo hello $HOME`, out: "hello /root\n"},
		{script: `hostname; hostname -i; whoami`, out: "pod-1\n10.244.0.3\nroot\n"},
		{script: `cat /etc/hostname`, out: "pod-1\n"},
		{script: `cat /none`, err: "cat: can't open '/none': No such file or directory\n", code: 1},
		{script: `nano x`, err: "sh: nano: not found\n", code: 127},
		{script: `/etc/hostname`, err: "sh: /etc/hostname: Permission denied\n", code: 126},
		{script: `exit 3`, code: 3},
		{script: `x=$(seq 3 | grep 2); echo $x; seq 20000 > /tmp/f; grep -c 1 /tmp/f`, out: "2\n13439\n"},
		{script: `truncate -s 60G /tmp/f`, err: "truncate: /tmp/f: truncate: File too large\n", code: 1},
		{script: `echo abcdef > /tmp/f; truncate -s 3 /tmp/f; cat /tmp/f; truncate -s 5 /tmp/f; wc -c < /tmp/f; truncate -s 0 /tmp/f; wc -c < /tmp/f`, out: "abc5\n0\n"},
		{script: `echo ~root ~nobody ~; pwd -P; command pwd -P; cd /tmp; command pwd`, out: "/root ~nobody /root\n/\n/\n/tmp\n"},
		{script: `test -O /etc/passwd | cat; [ -O /etc/passwd ] && echo mine; [ -G /none ] || echo none`, out: "mine\nnone\n"},
		{script: `[[ -O /etc/passwd ]] && echo mine`, out: "mine\n"},
		{script: `builtin type -p ls`, err: "sh: builtin: not found\n", code: 127},
		{script: `shift -1; echo $?`, err: "sh: shift: line 0: Illegal number: -1\n", code: 2},
		{script: `echo 'echo sourced $1' > /tmp/lib; . /tmp/lib; PATH=/tmp . lib`, out: "sourced\nsourced\n"},
		{script: `f() { f; }; f`, code: 139},
		{script: `x=$(seq 2000 | sed 's/.*/(/'); eval "$x"`, err: "sh: eval: line 1000: nesting this deep is not supported by the sandbox\n", code: 2},
		{script: `test $(seq 2000)`, err: "sh: 2: unknown operand\n", code: 2},
		{script: `eval 'declare -A x; a=(1 2)'`, err: "sh: eval: line 0: syntax error: unexpected \"(\"\n", code: 2},
		{script: `false || echo no; true && echo yes`, out: "no\nyes\n"},
		{script: `echo one > /tmp/f; echo two >> /tmp/f; cat < /tmp/f | wc -l`, out: "2\n"},
		{script: `echo x > /nope/f`, err: "sh: can't create /nope/f: nonexistent directory\n", code: 1},
		{script: `cat < /nope`, err: "sh: can't open /nope: no such file\n", code: 1},
		{script: `echo lost > /dev/null; echo kept`, out: "kept\n"},
		{script: `echo bad > /dev/stderr`, err: "bad\n"},
		{script: `cd /tmp && ls && pwd`, out: "lines\nx\n/tmp\n"},
		{script: `cd /nope`, err: "sh: cd: line 0: can't cd to /nope: No such file or directory\n", code: 2},
		{script: `ls /nope`, err: "ls: /nope: No such file or directory\n", code: 1},
		{script: `ls -z`, err: "ls: invalid option -- 'z'\nBusyBox v1.36.1 (sandbox) multi-call binary.\n\nUsage: ls [-1AaCxdLHRFplinshrSXvctu] [-w WIDTH] [FILE]...\n", code: 1},
		{script: `for i in 1 2 3; do echo $i; done | tail -n 1`, out: "3\n"},
		{script: `seq 3 | head -2`, out: "1\n2\n"},
		{script: `sort -u /tmp/lines | tail -n +2`, out: "b\nc\n"},
		{script: `sort /tmp/lines | uniq -c`, out: "      1 a\n      2 b\n      1 c\n"},
		{script: `grep -n b /tmp/lines`, out: "1:b\n3:b\n"},
		{script: `grep -vc b /tmp/lines`, out: "2\n"},
		{script: `grep -i PO /etc/hostname`, out: "pod-1\n"},
		{script: `grep -r deep /tmp`, out: "/tmp/x/y:deep\n"},
		{script: `grep none /tmp/lines`, code: 1},
		{script: `grep a /none`, err: "grep: /none: No such file or directory\n", code: 2},
		{script: `mkdir -p /tmp/d/e; touch /tmp/d/e/f; mv /tmp/d/e/f /tmp/d/g; cp -r /tmp/d /tmp/h; rm -r /tmp/d; ls /tmp/h`, out: "e\ng\n"},
		{script: `rm /tmp/x`, err: "rm: '/tmp/x' is a directory\n", code: 1},
		{script: `mkdir /tmp`, err: "mkdir: can't create directory '/tmp': File exists\n", code: 1},
		{script: `A=1; export B=2; env | grep -E '^(A|B)='`, out: "B=2\n"},
		{script: `C=3 env | grep C=`, out: "C=3\n"},
		{script: `env D=4 sh -c 'echo $D'`, out: "4\n"},
		{script: `[ -f /tmp/lines ] && [[ a == a ]] && echo ok`, out: "ok\n"},
		{script: `[ -d /tmp/lines ]`, code: 1},
		{script: `test -x /etc/hostname`, code: 1},
		{script: `command -v ls; command -v nano`, out: "/bin/ls\n", code: 127},
		{script: `type cd ls nope`, out: "cd is a shell builtin\nls is /bin/ls\nnope: not found\n", code: 127},
		{script: `umask`, out: "0022\n"},
		{script: `printf '%s-%d\n' a 5`, out: "a-5\n"},
		{script: `echo /tmp/*`, out: "/tmp/lines /tmp/x\n"},
		{script: `x=$(cat /etc/hostname); echo "[$x]"`, out: "[pod-1]\n"},
		{script: `set -e; false; echo never`, code: 1},
		{script: `echo 'echo ran $1' > /tmp/s.sh; sh /tmp/s.sh now`, out: "ran now\n"},
		{script: `sh /tmp/none.sh`, err: "sh: can't open '/tmp/none.sh': No such file or directory\n", code: 2},
		{script: `trap 'echo bye' EXIT; echo hi`, out: "hi\nbye\n"},
		{script: `kill 7`, err: "sh: can't kill pid 7: No such process\n", code: 1},
		{script: `kill`, err: "sh: you need to specify whom to kill\n", code: 1},
		{script: `kill x`, err: "sh: invalid number 'x'\n", code: 1},
		{script: `a=(1 2)`, err: "sh: syntax error: unexpected \"(\"\n", code: 2},
		{script: `for ((i=0;i<2;i++)); do echo; done`, err: "sh: syntax error: bad for loop variable\n", code: 2},
		{script: `cat <<< hi`, err: "sh: syntax error: unexpected redirection\n", code: 2},
		{script: `select x in a; do break; done`, err: "sh: syntax error: unexpected \"do\"\n", code: 2},
		{script: `declare -A m`, err: "sh: declare: not found\n", code: 127},
		{script: `echo a |& cat`, err: "sh: syntax error: unexpected \"&\"\n", code: 2},
		{script: `x=a; echo ${x^^}`, err: "sh: syntax error: bad substitution\n", code: 2},
		{script: `echo "abc`, err: "sh: syntax error: unterminated quoted string\n", code: 2},
		{script: `fi`, err: "sh: syntax error: unexpected \"fi\"\n", code: 2},
		{script: `echo {a,b} "{c,d}" ${UID:-none}`, out: "{a,b} {c,d} none\n"},
		{script: `x=abc; echo ${x#a} ${x%c} ${x:1:1} ${x/a/b}; function f() { local y=1; echo f$y; }; f`, out: "bc ab b bbc\nf1\n"},
		{script: `ps`, out: "PID   USER     TIME  COMMAND\n    1 root      0:00 sh -c sleep 9\n"},
		{script: `sleep x`, err: "sleep: invalid number 'x'\n", code: 1},
		{script: `sleep 0.01 && echo woke`, out: "woke\n"},
		{script: `if`, err: "sh: syntax error: unexpected end of file (expecting \"then\")\n", code: 2},
		{script: `cat <(echo x)`, err: "sh: <(...) is not supported by the sandbox\n", code: 2},
		{script: `echo abc | cut -c2; echo a:b | cut -d: -f2; echo abc | tr a-z A-Z; echo a b | xargs -n1 echo x`, out: "b\nb\nABC\nx a\nx b\n"},
		{script: `echo hello | sed s/l/L/g; seq 5 | sed -n 2,3p; seq 3 | sed 2d; sed -i s/deep/low/ /tmp/x/y; cat /tmp/x/y`, out: "heLLo\n2\n3\n1\n3\nlow\n"},
		{script: `find /tmp -name 'li*'; find /tmp -type d; find /tmp -type f -exec echo {} ';'`, out: "/tmp/lines\n/tmp\n/tmp/x\n/tmp/lines\n/tmp/x/y\n"},
		{script: `echo hi | base64; echo aGkK | base64 -d; echo hi | md5sum`, out: "aGkK\nhi\n764efa883dda1e11db47671c4a3bbd9e  -\n"},
		{script: `basename /a/b.c .c; dirname /a/b; expr 1 + 2; echo abcdef | head -c 3; seq 3 | tac; echo abc | rev`, out: "b\n/a\n3\nabc3\n2\n1\ncba\n"},
		{script: `tar czf /tmp/t.tgz -C /tmp x && mkdir /tmp/o && tar xzf /tmp/t.tgz -C /tmp/o && cat /tmp/o/x/y; tar tf /tmp/t.tgz`, out: "deep\nx/\nx/y\n"},
		{script: `ln -s lines /tmp/l; test -L /tmp/l && echo link; test -L /tmp/lines || echo file; ls -l /tmp/l | cut -c1; ls -lL /tmp/l | cut -c1`, out: "link\nfile\nl\n-\n"},
		{script: `gzip -k /tmp/lines; zcat /tmp/lines.gz | sort -r | head -1; ln -s lines /tmp/l; readlink /tmp/l; cat /tmp/l | wc -l`, out: "c\nlines\n4\n"},
		{script: `timeout 0.05 sleep 9; echo $?; yes | head -2; chmod 600 /tmp/lines; stat /tmp/lines | grep -c 0600; du -s /tmp/x`, out: "143\ny\ny\n1\n8\t/tmp/x\n"},
		{script: `df`, err: "df: not supported by the sandbox\n", code: 1},
		{script: `ping -c 1 nowhere`, err: "ping: bad address 'nowhere'\n", code: 1},
		{script: `nc -z 127.0.0.1 81`, err: "nc: 127.0.0.1 (10.244.0.3:81): Connection refused\n", code: 1},
		{script: `ls -l /etc | grep -c hostname`, out: "1\n"},
		{script: `uname`, out: "Linux\n"},
		{script: `id`, out: "uid=0(root) gid=0(root) groups=0(root)\n"},
		{script: `echo a | tee /tmp/t; cat /tmp/t`, out: "a\na\n"},
		{script: ``, out: ""},
	} {
		t.Run(tt.script, func(t *testing.T) {
			c := newShell(t, "sh", "-c", tt.script)
			code := Sh(t.Context(), c.Process)
			if diff := cmp.Diff(tt.out, c.Out.String()); diff != "" || code != tt.code {
				t.Errorf("exit %d, want %d (-want +got):\n%s", code, tt.code, diff)
			}
			if got := c.Err.String(); !strings.HasPrefix(got, tt.err) || tt.err == "" && got != "" {
				t.Errorf("stderr = %q, want %q", got, tt.err)
			}
		})
	}
}

func TestArguments(t *testing.T) {
	c := newShell(t, "sh", "-ec", `echo $0 $1 $#`, "name", "first", "second")
	if code := Sh(t.Context(), c.Process); code != 0 || c.Out.String() != "name first 2\n" {
		t.Errorf("exit %d, output %q, errors %q", code, c.Out, c.Err)
	}
}

func TestScriptOnStdin(t *testing.T) {
	c := newShell(t, "sh")
	c.Stdin = strings.NewReader("cd /tmp\nif true; then\n pwd\nfi\nexit 4\necho never\n")
	if code := Sh(t.Context(), c.Process); code != 4 || c.Out.String() != "/tmp\n" {
		t.Errorf("exit %d, output %q, errors %q", code, c.Out, c.Err)
	}
}

// typist types when the terminal shows what it waits for.
type typist struct {
	t *testing.T
	c *programtest.Container
	w io.Writer
}

func startTerminal(t *testing.T) (typist, <-chan int) {
	t.Helper()
	c := newShell(t, "sh")
	keys, typing := io.Pipe()
	t.Cleanup(func() { _ = typing.Close() })
	c.TTY, c.Stdin = true, keys
	return typist{t, c, typing}, programtest.Start(t, Sh, c)
}

func (y typist) after(shown, keys string) {
	y.t.Helper()
	y.c.Out.Await(y.t, shown)
	if _, err := io.WriteString(y.w, keys); err != nil {
		y.t.Fatal(err)
	}
}

// Enter is a carriage return on a terminal.
func TestTerminal(t *testing.T) {
	y, exit := startTerminal(t)
	y.after("/ # ", "echp\x7fo hi\r")
	y.after("\n/ # ", "cd /tmp\r")
	y.after("/tmp # ", "if true\r")
	y.after("> ", "then pwd; fi\r")
	y.after("\n/tmp\r\n/tmp # ", "nope\r")
	y.after("nope\r\n/tmp # ", "\x1b[Aabc\x03")
	y.after("^C\r\n/tmp # ", "cat\r")
	y.after("cat\r\n", "typed\r")
	y.after("typed\r\ntyped\r\n", "\x04")
	y.after("\n/tmp # ", "exit 5\r")
	want := "/ # echp\b \bo hi\r\nhi\r\n" +
		"/ # cd /tmp\r\n" +
		"/tmp # if true\r\n> then pwd; fi\r\n/tmp\r\n" +
		"/tmp # nope\r\n" +
		"/tmp # abc^C\r\n" +
		"/tmp # cat\r\ntyped\r\ntyped\r\n" +
		"/tmp # exit 5\r\n"
	if code := <-exit; code != 5 {
		t.Errorf("exit code = %d", code)
	}
	if diff := cmp.Diff(want, y.c.Out.String()); diff != "" {
		t.Errorf("terminal (-want +got):\n%s", diff)
	}
	if got, want := y.c.Err.String(), "sh: nope: not found\r\n"; got != want {
		t.Errorf("stderr = %q, want %q", got, want)
	}
}

func TestInterrupt(t *testing.T) {
	y, exit := startTerminal(t)
	y.after("/ # ", "sleep 1000\r")
	y.after("sleep 1000\r\n", "ahead\r")
	y.after("ahead\r\n", "\x03")
	y.after("/ # ahead\r\n/ # ", "echo $?\r")
	y.after("127\r\n/ # ", "\x04")
	if code := <-exit; code != 0 {
		t.Errorf("exit code = %d", code)
	}
}

func TestTrap(t *testing.T) {
	c := newShell(t, "sh", "-c", `trap 'echo stopping; exit 7' TERM; echo ready; while true; do sleep 1; done`)
	c.Send(container.SIGTERM)
	if code := Sh(t.Context(), c.Process); code != 7 || !strings.HasSuffix(c.Out.String(), "stopping\n") {
		t.Errorf("exit %d, output %q, errors %q", code, c.Out, c.Err)
	}
}

func TestKilled(t *testing.T) {
	c := newShell(t, "sh", "-c", "cat; sleep 1000")
	keys, _ := io.Pipe()
	c.Stdin = keys
	exit := programtest.Start(t, Sh, c)
	select {
	case code := <-exit:
		t.Errorf("ended by itself with %d: %s", code, c.Err)
	default:
	}
}
