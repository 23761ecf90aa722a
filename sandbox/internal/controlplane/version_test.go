package controlplane

import (
	"os"
	"strings"
	"testing"
)

func TestVersionIsTheOneOfGoMod(t *testing.T) {
	mod, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(mod), "k8s.io/kubernetes "+Version+"\n") {
		t.Errorf("go.mod does not require k8s.io/kubernetes %s", Version)
	}
}
