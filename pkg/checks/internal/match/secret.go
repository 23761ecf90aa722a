package match

import (
	"encoding/base64"
	"maps"
	"slices"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// readable is an object as match reads it: a Secret's values can be asked for by
// stringData, as a manifest writes them.
func readable(o *kube.Object, match map[string]any) map[string]any {
	if _, asked := match["stringData"]; !asked || !kube.IsSecret(o) {
		return o.Object
	}
	with := maps.Clone(o.Object)
	decoded := map[string]any{}
	data, _ := kube.At(o.Object, "data").(map[string]any)
	for key, v := range data {
		encoded, _ := v.(string)
		if value, err := base64.StdEncoding.DecodeString(encoded); err == nil {
			decoded[key] = string(value)
		}
	}
	with["stringData"] = decoded
	return with
}

// inSecret says what is different in the values of a Secret without showing any of
// them, neither those that are there nor the wanted ones.
func inSecret(o *kube.Object, match map[string]any) []Gap {
	var gaps []Gap
	for _, field := range []string{"data", "stringData"} {
		wanted, _ := match[field].(map[string]any)
		found, _ := kube.At(readable(o, match), field).(map[string]any)
		for _, key := range slices.Sorted(maps.Keys(wanted)) {
			value, there := found[key]
			switch {
			case wanted[key] == nil && value != nil:
				gaps = append(gaps, secretGap(field, key, "null", words.Mask, lang.Messagef("%s has a key %s that shouldn't be there",
					"%s 有键 %s，应该没有", kube.NameOf(o), key)))
			case wanted[key] == nil || sameScalar(wanted[key], value):
			case !there:
				gaps = append(gaps, secretGap(field, key, words.Mask, "", lang.Messagef("%s has no key %s; it has %s",
					"%s 没有键 %s，它的键是 %s", kube.NameOf(o), key, keyNames(found))))
			default:
				gaps = append(gaps, secretGap(field, key, words.Mask, words.Mask, whyOther(o, field, key, wanted[key], value)))
			}
		}
	}
	return gaps
}

func secretGap(field, key, wanted, found string, why lang.Message) Gap {
	return Gap{Path: join(field, key), Wanted: wanted, Found: found, why: why}
}

func keyNames(m map[string]any) lang.Message {
	if len(m) == 0 {
		return lang.Messagef("none", "空的")
	}
	return lang.Same(words.Shorten(strings.Join(slices.Sorted(maps.Keys(m)), ", "), 120))
}

// whyOther says what may have gone wrong with a value, as far as that gives nothing
// of it away.
func whyOther(o *kube.Object, field, key string, wanted, found any) lang.Message {
	why := lang.Messagef("the value of key %s in %s isn't what the check wants (values of Secrets are never shown)",
		"%[2]s 中键 %[1]s 的值与要求的不同（不显示 Secret 的值）", key, kube.NameOf(o))
	w, f := plainText(wanted), plainText(found)
	if field == "data" {
		decoded, err := base64.StdEncoding.DecodeString(w)
		if err != nil {
			return words.And(why, lang.Messagef("the check has it under data, which takes base64: use stringData for plain text",
				"检查写在 data 里，那里是 base64：文本本身请用 stringData"))
		}
		raw, err := base64.StdEncoding.DecodeString(f)
		if err != nil {
			return why
		}
		w, f = string(decoded), string(raw)
	}
	if again, err := base64.StdEncoding.DecodeString(f); err == nil && string(again) == w {
		return words.And(why, lang.Messagef("it was base64-encoded twice: stringData takes plain text",
			"它被 base64 编码了两次：stringData 直接写文本"))
	}
	if strings.TrimRight(f, "\r\n") == w {
		return words.And(why, lang.Messagef("it ends with a line break, as echo adds: use echo -n or stringData",
			"它的末尾有换行，echo 会加上换行：请用 echo -n 或 stringData"))
	}
	return words.And(why, lookalike(w, f))
}

func plainText(v any) string {
	text, _ := v.(string)
	return text
}
