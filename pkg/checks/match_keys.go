package checks

import "strings"

// keyOf returns the key by which a wanted list item is found again: the first of
// its field's keys that the item has, "" when it has none.
func keyOf(item map[string]any, path string) string {
	for _, key := range keysOf(path) {
		if item[key] != nil {
			return key
		}
	}
	return ""
}

// keysOf returns the merge keys of a list by its field's name, as the types of
// the API declare them, what tells best first.
func keysOf(path string) []string {
	switch path[strings.LastIndex(path, ".")+1:] {
	case "ports":
		return []string{"name", "containerPort", "port"}
	case "conditions":
		return []string{"type"}
	case "volumeMounts":
		return []string{"mountPath"}
	case "volumeDevices":
		return []string{"devicePath"}
	case "hostAliases", "podIPs", "hostIPs":
		return []string{"ip"}
	case "tolerations", "taints", "items", "matchExpressions":
		return []string{"key"}
	case "topologySpreadConstraints":
		return []string{"topologyKey"}
	case "ownerReferences":
		return []string{"uid", "name"}
	case "rules":
		return []string{"host"}
	case "paths":
		return []string{"path"}
	default:
		return []string{"name", "type", "key"}
	}
}
