package play

import "testing"

func TestSameCommand(t *testing.T) {
	for _, tt := range []struct {
		shown, typed string
		same         bool
	}{
		{"kubectl get pods", "kubectl  get   pods ", true},
		{"kubectl get pods", "k get pods", true},
		{"kubectl get pods", "kubectl get pods # mine", true},
		{"kubectl get pods", `"kubectl" 'get' pods`, true},
		{"kubectl apply -f app.yaml", "kubectl apply -f=app.yaml", true},
		{"kubectl apply -f app.yaml", "kubectl apply --filename app.yaml", true},
		{"kubectl apply -f app.yaml", "kubectl apply --filename=./app.yaml", true},
		{"kubectl apply -f app.yaml", "k -f 'app.yaml' apply", true},
		{"kubectl apply -f app.yaml", "kubectl apply -fapp.yaml", true},
		{"kubectl get pods -o wide -n a", "kubectl -n=a get pods --output wide", true},
		{"kubectl get pods -A -o wide", "kubectl get -o wide --all-namespaces pods", true},
		{"kubectl delete -f a.yaml -f b.yaml", "kubectl delete --filename=a.yaml -f b.yaml", true},
		{"kubectl exec -it web -- sh -c 'env | grep X'", `kubectl exec -t -i web -- sh -c "env | grep X"`, true},
		{"kubectl logs web --previous", "kubectl logs -p web", true},
		{"kubectl logs web --tail=3", "kubectl logs --tail 3 web", true},
		{"kubectl run c --image=i --command -- sleep 1", "kubectl run --image i c --command -- sleep 1", true},
		{"kubectl a && kubectl b -n x", "k a  &&  k -n x b", true},
		{"for v in 1 2; do curl -s \"$url\"; done", "for v in 1 2\ndo\n  curl -s \"$url\"\ndone", true},
		{"curl -s \"$(kubectl learn url service/a)\"", "curl -s \"$(k learn url service/a)\"", true},
		{"kubectl scale deployment web --replicas=3", "kubectl scale \\\n  --replicas 3 deployment web", true},

		{"kubectl apply -f app.yaml", "kubectl apply -f other.yaml", false},
		{"kubectl apply -f app.yaml", "kubectl delete -f app.yaml", false},
		{"kubectl apply -f app.yaml", "kubectl apply -f app.yaml --force", false},
		{"kubectl apply -f app.yaml", "kubectl apply -f app.yaml && echo", false},
		{"kubectl apply -f app.yaml", "! kubectl apply -f app.yaml", false},
		{"kubectl apply -f app.yaml", "kubectl apply -f app.yaml &", false},
		{"kubectl delete -f a.yaml -f b.yaml", "kubectl delete -f b.yaml -f a.yaml", false},
		{"kubectl logs web", "kubectl logs -f web", false},
		{"kubectl get pods", "get pods", false},
		{"echo a b", "echo b a", false},
		{"echo -n a", "echo a -n", false},
		{"echo $HOME", "echo '$HOME'", false},
		{"kubectl get pods", "", false},
		{"kubectl get pods", "kubectl get 'pods", false},
	} {
		if got := sameCommand(tt.typed, tt.shown); got != tt.same {
			t.Errorf("%q for %q: same %v, want %v", tt.typed, tt.shown, got, tt.same)
		}
	}
}

func TestLooksOnly(t *testing.T) {
	for command, want := range map[string]bool{
		"kubectl get pods":                             true,
		"k -n default get pods -o wide":                true,
		"kubectl get pods | grep web > /dev/null":      true,
		"kubectl get pods 2>&1 | less":                 true,
		"kubectl rollout status deployment/web":        true,
		"ls; cat app.yaml":                             true,
		"x=1":                                          true,
		"echo 'open":                                   true,
		"kubectl rollout undo deployment/web":          false,
		"kubectl get pod web -o yaml > web.yaml":       false,
		"kubectl create deployment web":                false,
		"kubectl get pods && kubectl delete pod web":   false,
		"echo $(kubectl delete pod web)":               false,
		"sed -i s/a/b/ app.yaml":                       false,
		"kubectl exec web -- rm /a":                    false,
		"$TOOL get pods":                               false,
		"cat <<EOF | kubectl apply -f -\nkind: A\nEOF": false,
	} {
		if got := looksOnly(command); got != want {
			t.Errorf("%q: looks only %v, want %v", command, got, want)
		}
	}
}

func TestTolerant(t *testing.T) {
	for command, want := range map[string]string{
		"kubectl delete -f . && kubectl delete pod direct": "kubectl delete -f . --ignore-not-found && kubectl delete pod direct --ignore-not-found",
		"kubectl delete pod a && kubectl run a --image=b":  "kubectl delete pod a --ignore-not-found && kubectl run a --image=b",
		"kubectl delete pod a":                             "",
		"kubectl get pods && kubectl get services":         "",
	} {
		if got, ok := tolerant(command); got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v; want %q", command, got, ok, want)
		}
	}
}

// FuzzSameCommand finds any command the same as itself, and crashes on none.
func FuzzSameCommand(f *testing.F) {
	for _, seed := range []string{"kubectl get pods -o wide", "k -n", "kubectl -- a", "a | b > c", "kubectl -f", "kubectl -", "kubectl --"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, command string) {
		_, ok := canonical(command)
		if sameCommand(command, command) != ok {
			t.Errorf("%q is not the same as itself", command)
		}
		looksOnly(command)
		tolerant(command)
	})
}
