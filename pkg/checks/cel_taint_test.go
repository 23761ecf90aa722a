package checks

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/ask"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/why"
)

// Whatever an expression makes of a secret, the result does not show it.
func TestSecretsAreNotShownByExpressions(t *testing.T) {
	const value = "Hunter2<Very>Long"
	encoded := base64.StdEncoding.EncodeToString([]byte(value))
	secret := &kube.Object{Object: map[string]any{
		"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{"name": "db"}, "data": map[string]any{"key": encoded},
	}}
	ways := []string{
		`%s.lowerAscii() == "x"`, `%s.upperAscii() == "x"`, `%s.substring(2) == "x"`, `%s.substring(0, 4) == "x"`, `%s.charAt(0) == "x"`,
		`%s.split("") == ["x"]`, `%s.split("")[0] == "x"`, `%s.split("").join("-") == "x"`, `%s.split("").reverse().join("") == "x"`,
		`%s.replace("e", "3") == "x"`, `%s.size() == 99`, `size(%s) > 99`, `%s.find("[A-Za-z]+") == "x"`, `%s.findAll(".") == ["x"]`,
		`%s + "." == "x"`, `"%%s".format([%s]) == "x"`, `"%%x".format([%s]) == "x"`, `bytes(%s) == b"x"`, `%s.split("").map(c, c + "!") == ["x"]`,
		`%s.split("").all(c, c == "x")`, `%s.split("").all(c, c.lowerAscii() == "x")`, `[%s] == ["x"]`, `{"a": %s} == {"a": "x"}`, `[%s][0].lowerAscii() == "x"`,
		`[%s].map(v, v.lowerAscii())[0] == "x"`, `%s.indexOf("e") == 99`, `strings.quote(%s) == "x"`, `int(%s) == 1`, `int(%s.lowerAscii()) == 1`,
		`(true ? %s.lowerAscii() : "") == "x"`, `optional.of(%s.lowerAscii()).orValue("") == "x"`, `"x" == %s.lowerAscii()`, `%s == "x"`,
		`%s.lowerAscii().contains("x!")`, `%s.lowerAscii().startsWith("x")`, `%s.upperAscii().matches("^x")`, `duration(%s.lowerAscii()) == duration("1s")`,
		`[%s.lowerAscii()].exists(v, v == "x")`, `[1].all(i, %s.lowerAscii() == "x")`, `{%s: 1}.all(k, k == "x")`, `[%s].all(i, v, v.lowerAscii() == "x")`,
	}
	probes := map[string]string{
		`stdout`:                    "exec: {pod: p, command: [env]}\n  mask: [db]",
		`log`:                       "logs: {pod: p}\n  mask: [db]",
		`lines[0]`:                  "logs: {pod: p}\n  mask: [db]",
		`response.body`:             "http: {pod: p, port: 80}\n  mask: [db]",
		`string(response.json)`:     "http: {pod: p, port: 80}\n  mask: [db]",
		`object.data.key`:           "object: {kind: Secret, name: db}",
		`object.data["key"]`:        "object: {kind: Secret, name: db}",
		`object.?data.?key.value()`: "object: {kind: Secret, name: db}",
		`objects[0].data.key`:       "objects: {kind: Secret}",
	}
	hidden := []string{value, encoded}
	for _, v := range []string{value, encoded} {
		hidden = append(hidden, strings.ToLower(v), strings.ToUpper(v), v[2:], v[:4], fmt.Sprintf("%x", v), strings.Join(strings.Split(v, ""), "-"),
			strings.ReplaceAll(v, "e", "3"), fmt.Sprintf("is %d,", len(v)), `"`+strings.ToLower(v[:1])+`"`, `"`+strings.ToUpper(v[:1])+`"`, "Very", "VERY", "very")
	}
	for from, probe := range probes {
		for _, way := range ways {
			expression := fmt.Sprintf(way, from)
			t.Run(expression, func(t *testing.T) {
				src := "- id: a\n  name: A\n  " + probe + "\n  cel: |\n    " + expression
				checks, err := Parse([]byte(src), Position{File: "x", Line: 1})
				if err != nil {
					t.Skip(err)
				}
				c := checks[0]
				s := observation{Surroundings: why.Surroundings{Around: recorded{"Secret": {secret}}.around()}, object: secret, objects: []*kube.Object{secret}}
				s.output = &ask.Output{Stdout: value}
				s.answers = []ask.Answer{{Status: 200, Body: value}}
				if c.Object == nil && c.Objects == nil {
					s.object = &kube.Object{Object: document(t, "{kind: Pod, apiVersion: v1, metadata: {name: p}}")}
				}
				if strings.Contains(from, "json") {
					s.answers[0].Body = `"` + value + `"`
				}
				s.secrets = secretsOf(c, s)
				r := evaluate(t.Context(), c, s, time.Now())
				if r.Verdict == Passed || r.Reason.IsZero() {
					t.Fatalf("the check gave %s, %q", r.Verdict, r.Reason.EN)
				}
				shown := strings.ReplaceAll(fmt.Sprint(r.Reason, r.Differences), expression, "")
				for _, part := range hidden {
					if strings.Contains(shown, part) {
						t.Errorf("%q is shown: %s", part, shown)
					}
				}
			})
		}
	}
}

// What holds nothing of a secret is shown beside one.
func TestHarmlessValuesAreShown(t *testing.T) {
	secret := &kube.Object{Object: map[string]any{
		"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{"name": "db"}, "type": "Opaque",
		"data": map[string]any{"key": "SHVudGVyMg=="},
	}}
	for expression, want := range map[string]string{
		`object.type == "x"`:               `type is "Opaque", wanted "x"`,
		`object.metadata.name.size() == 7`: `metadata.name.size() is 2, wanted 7`,
		`object.data.size() == 3`:          `data.size() is 1, wanted 3`,
		`object.data.key == "x"`:           `data.key is "***", wanted "x"`,
		`object.data.key.size() == 1`:      `data.key.size() is ***, wanted 1`,
		`object.data.nix == "x"`:           `data.nix is not set, wanted "x"`,
		`("nix" in object.data) == true`:   `"nix" in object.data is false, wanted true`,
	} {
		t.Run(expression, func(t *testing.T) {
			c := parsed(t, "- id: a\n  name: A\n  object: {kind: Secret, name: db}\n  cel: |\n    "+expression)[0]
			s := observation{object: secret}
			s.secrets = secretsOf(c, s)
			if r := evaluate(t.Context(), c, s, time.Now()); r.Reason.EN != want {
				t.Errorf("reason %q, want %q", r.Reason.EN, want)
			}
		})
	}
}

// What cannot be evaluated is reported as that, not as something that is not set.
func TestFaultsOfExpressionsAreTold(t *testing.T) {
	for expression, want := range map[string][2]string{
		`int(stdout) == 3`:                          {`int(stdout) can't be evaluated: "abc" is not a whole number`, `int(stdout) 无法计算："abc" 不是整数`},
		`3 == int(stdout)`:                          {`int(stdout) can't be evaluated: "abc" is not a whole number`, `int(stdout) 无法计算："abc" 不是整数`},
		`double(stdout) > 3.0`:                      {`double(stdout) can't be evaluated: "abc" is not a number`, `double(stdout) 无法计算："abc" 不是数字`},
		`10 / exitCode == 1`:                        {`10 / exitCode can't be evaluated: division by zero`, `10 / exitCode 无法计算：除数为零`},
		`10 % exitCode == 1`:                        {`10 % exitCode can't be evaluated: division by zero`, `10 % exitCode 无法计算：除数为零`},
		`9223372036854775807 + (exitCode + 1) == 1`: {`9223372036854775807 + (exitCode + 1) can't be evaluated: the number is too large`, `9223372036854775807 + (exitCode + 1) 无法计算：数值超出范围`},
		`json(stdout).a == 1`:                       {`json(stdout).a can't be evaluated: the text is not JSON: invalid character 'a' looking for beginning of value`, ""},
		`dyn(stdout) + 1 == 2`:                      {`dyn(stdout) + 1 can't be evaluated: it mixes types that don't go together`, `dyn(stdout) + 1 无法计算：这些值的类型不能一起使用`},
		`!(int(stdout) == 3)`:                       {`the condition is false: !(int(stdout) == 3): "abc" is not a whole number`, `条件不成立：!(int(stdout) == 3)："abc" 不是整数`},
		`json("{}").a == 1`:                         {`json("{}").a is not set, wanted 1`, `json("{}").a 还没有值，应为 1`},
		`stdout.split("")[7] == "x"`:                {`stdout.split("")[7] is not set, wanted "x"`, `stdout.split("")[7] 还没有值，应为 "x"`},
		`json("null") == "null"`:                    {`json("null") is null, wanted "null"`, `json("null") 是 null，应为 "null"`},
	} {
		t.Run(expression, func(t *testing.T) {
			c := parsed(t, "- id: a\n  name: A\n  run: {command: x}\n  cel: |\n    "+expression)[0]
			r := evaluate(t.Context(), c, observation{reply: reply{output: &ask.Output{Stdout: "abc"}}}, time.Now())
			if r.Verdict != Failed || r.Reason.EN != want[0] || want[1] != "" && r.Reason.ZH != want[1] {
				t.Errorf("evaluate gave %s, %q, %q; want %q", r.Verdict, r.Reason.EN, r.Reason.ZH, want)
			}
		})
	}
}
