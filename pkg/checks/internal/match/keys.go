package match

import "strings"

// keyOf returns the key by which a wanted list item is found again where the API
// says nothing: the first of its field's keys that the item has, none when it has
// none.
func keyOf(item map[string]any, path string) []string {
	if keys := present(item, keysOf(path)); len(keys) > 0 {
		return keys[:1]
	}
	return nil
}

// present are those of the keys that an item has.
func present(item map[string]any, keys []string) []string {
	var has []string
	for _, key := range keys {
		if item[key] != nil {
			has = append(has, key)
		}
	}
	return has
}

// keysOf returns the merge keys of a list by its field's name, as the built-in
// types declare them, what tells best first.
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
