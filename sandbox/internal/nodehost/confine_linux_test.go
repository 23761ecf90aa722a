package nodehost

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// tryAll confines this process and says on stdout what it still can.
func tryAll(dir string) int {
	got, err := confine(boot{Dir: dir, Server: os.Getenv(confinedDir + "_SERVER"), Memory: 256 << 20})
	if err != nil {
		fmt.Println("confine:", err)
		return 1
	}
	fmt.Printf("confined files=%v net=%v hard=%v\n", got.Files, got.Net, got.Hard)
	try := func(what string, err error) {
		fmt.Printf("%s: %v\n", what, err == nil)
	}
	_, err = os.ReadFile("/etc/passwd")
	try("read a file of the machine", err)
	_, err = os.ReadDir("/")
	try("list the machine's files", err)
	try("write outside", os.WriteFile(filepath.Join(filepath.Dir(dir), "outside"), nil, 0o600))
	try("run a program", exec.Command("/bin/true").Run())
	try("write inside", os.WriteFile(filepath.Join(dir, "inside"), []byte("x"), 0o600))
	try("rename inside", errors.Join(os.Mkdir(filepath.Join(dir, "d"), 0o700), os.Rename(filepath.Join(dir, "inside"), filepath.Join(dir, "d", "inside"))))
	_, err = net.Dial("tcp", os.Getenv(confinedDir+"_SERVER"))
	try("reach the API server", err)
	_, err = net.Dial("tcp", os.Getenv(confinedDir+"_OTHER"))
	try("reach another server", err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	try("listen", err)
	if l != nil {
		_ = l.Close()
	}
	_, err = syscall.Mmap(-1, 0, 1<<30, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE|syscall.MAP_ANON)
	try("take 1 GiB of memory", err)
	return 0
}

// What a confined process can is what the nodes need, and nothing else of the
// machine.
func TestConfined(t *testing.T) {
	var addresses []string
	for range 2 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		addresses = append(addresses, l.Addr().String())
	}
	dir := filepath.Join(t.TempDir(), "nodes")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), confinedDir+"="+dir, confinedDir+"_SERVER="+addresses[0], confinedDir+"_OTHER="+addresses[1])
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	said := string(out)
	want := map[string]bool{
		"write inside": true, "rename inside": true, "reach the API server": true, "listen": true, "take 1 GiB of memory": false,
	}
	if strings.Contains(said, "files=true") {
		for _, what := range []string{"read a file of the machine", "list the machine's files", "write outside", "run a program"} {
			want[what] = false
		}
	} else {
		t.Log("this kernel has no Landlock")
	}
	if strings.Contains(said, "net=true") {
		want["reach another server"] = false
	}
	for what, can := range want {
		if !strings.Contains(said, fmt.Sprintf("%s: %v\n", what, can)) {
			t.Errorf("%s: want %v", what, can)
		}
	}
	t.Log(said)
}
