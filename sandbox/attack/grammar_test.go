package attack

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// grammar is how arguments are made: a word in capitals stands for one of its
// sentences, what is left of them for itself.
func grammar() map[string][]string {
	return map[string][]string{
		"START": {
			"sed OPTION SED FILE", "sed -n SED FILE FILE", "sed -e SED -e SED FILE", "sed -i SED /tmp/f", "grep OPTION PATTERN FILE", "grep OPTION OPTION -e PATTERN -e PATTERN FILE FILE",
			"find PATH TEST", "find PATH TEST TEST TEST", "find PATH PATH -exec echo {} ;", "tar c /tmp", "tar xf FILE -C /tmp", "tar tf FILE", "tar cf /tmp/t FILE FILE", "tar OPTION FILE FILE",
			"printf FORMAT WORD WORD", "printf FORMAT NUMBER NUMBER NUMBER", "expr EXPR", "test TEST2", "[ TEST2 ]", "[ TEST2 -a TEST2 ]", "[ ! ( TEST2 -o TEST2 ) ]",
			"sh -c SCRIPT", "sh OPTION -c SCRIPT WORD WORD", "cut -OPTLETTER RANGE FILE", "cut -d WORD -f RANGE FILE", "cut -c RANGE FILE", "tr SET SET", "tr OPTION SET", "head -n NUMBER FILE", "tail -n NUMBER FILE",
			"head -c NUMBER FILE", "tail -c NUMBER FILE", "sort OPTION -k RANGE FILE", "uniq OPTION FILE", "seq NUMBER NUMBER NUMBER", "seq OPTION NUMBER NUMBER", "date OPTION +FORMAT", "date -d WORD", "dd if=FILE of=/tmp/f bs=NUMBER count=NUMBER skip=NUMBER seek=NUMBER",
			"dd bs=NUMBER count=NUMBER", "ls OPTION PATH PATH", "stat -c FORMAT PATH", "ln OPTION PATH /tmp/l", "cp OPTION PATH PATH", "mv PATH PATH", "rm OPTION PATH", "mkdir OPTION PATH", "chmod MODE PATH", "chown NUMBER:NUMBER PATH",
			"touch OPTION PATH", "truncate -s NUMBER /tmp/f", "xargs OPTION NUMBER echo WORD", "xargs -I {} echo {}", "readlink -f PATH", "realpath PATH", "basename PATH WORD", "dirname PATH", "base64 OPTION FILE", "gunzip -c FILE", "gzip -c FILE",
			"hexdump OPTION FILE", "od OPTION FILE", "diff OPTION FILE FILE", "cmp FILE FILE", "timeout NUMBER echo WORD", "env WORD=WORD echo", "kill -NUMBER NUMBER", "kill -l NUMBER", "id WORD", "nl OPTION FILE", "wc OPTION FILE", "tee OPTION PATH",
			"md5sum -c FILE", "mktemp OPTION PATH", "which WORD", "nslookup WORD", "nc OPTION web NUMBER", "wget OPTION -O - http://web:NUMBER/WORD", "ps OPTION WORD", "du OPTION PATH", "sleep NUMBER", "busybox START", "OPTION WORD NUMBER",
		},
		"SED": {
			"s/PATTERN/REPLACE/FLAGS", "s|PATTERN|REPLACE|FLAGS", "ADDR p", "ADDR,ADDR d", "ADDR{SED;SED}", "ADDR!SED", "y/SET/SET/", "ADDR a WORD", "ADDR i\\ WORD", "ADDR c WORD", "N;P;D", "h;G;x;H", ":a;SED;ta", ":a;$!{N;ba};SED",
			"n;SED", "q NUMBER", "r FILE", "w /tmp/w", "=;l", "}", "{", "s", "y", "SED;SED", "",
		},
		"ADDR": {"NUMBER", "$", "/PATTERN/", "NUMBER~NUMBER", "", "\\,PATTERN,", "+NUMBER"}, "FLAGS": {"", "g", "p", "NUMBER", "gI", "w /tmp/x", "e"},
		"REPLACE": {"WORD", "&&&&", "\\1\\1\\2", "\\9", "\\", "\\n", "WORD&WORD", "\\U&"},
		"PATTERN": {
			"WORD", ".*", "^", "$", "PATTERNPATTERN", "PATTERN*", "\\(PATTERN\\)", "(PATTERN)", "PATTERN|PATTERN", "PATTERN\\|PATTERN", "[SET]", "[^SET]", "[[:CLASS:]]", "a\\{NUMBER,NUMBER\\}", "a{NUMBER,NUMBER}", "\\1", "\\", "[", "(", "*", "\\<WORD\\>", "\\b\\w\\s", "x?", "",
		},
		"CLASS": {"alpha", "digit", "space", "upper", "", "none"}, "SET": {"a-z", "z-a", "\\0-\\377", "[:CLASS:]", "WORD", "", "\\", "-", "]", "[=a=]", "[a*NUMBER]", "é"},
		"TEST": {
			"-name PATTERN", "-type LETTER", "-size +NUMBERc", "-size NUMBERLETTER", "-mtime -NUMBER", "-maxdepth NUMBER", "-mindepth NUMBER", "! TEST", "( TEST )", "TEST -o TEST", "TEST -a TEST", "-newer PATH", "-exec echo {} +", "-exec START ;", "-perm MODE", "-user WORD", "-path PATTERN",
			"-print0", "-prune", "-empty", "-regex PATTERN", "-delete", "(", ")", "!", "-exec",
		},
		"TEST2": {"WORD", "-LETTER PATH", "NUMBER -eq NUMBER", "NUMBER -lt WORD", "WORD = WORD", "PATH -nt PATH", "PATH -ef PATH", "( TEST2 )", "! TEST2", "TEST2 -a TEST2", "TEST2 -o TEST2", "-t NUMBER", "", "!", "(", "-n"},
		"EXPR":  {"NUMBER", "EXPR + EXPR", "EXPR / EXPR", "EXPR % EXPR", "EXPR * EXPR", "( EXPR )", "WORD : PATTERN", "match WORD PATTERN", "substr WORD NUMBER NUMBER", "index WORD WORD", "length WORD", "EXPR | EXPR", "EXPR & EXPR", "EXPR < EXPR", "+ WORD", "(", ""},
		"FORMAT": {
			"%s", "%d\\n", "%NUMBERs", "%-NUMBER.NUMBERf", "%0NUMBERd", "%*s", "%b", "%c%c", "%x %o %u %i %e %g", "%q", "%", "%%", "\\0NUMBER\\xff\\c", "FORMATFORMAT", "%llld", "%y", "%WORD", "WORD", "%n%a%U", "%Y-%m-%d", "%NUMBER$s",
		},
		"SCRIPT": {
			"echo EXPANSION", "SCRIPT; SCRIPT", "SCRIPT | SCRIPT", "SCRIPT && SCRIPT || SCRIPT", "( SCRIPT )", "{ SCRIPT; }", "if SCRIPT; then SCRIPT; fi", "for i in EXPANSION; do SCRIPT; done", "while SCRIPT; do SCRIPT; break; done", "case EXPANSION in PATTERN) SCRIPT;; esac",
			"x=EXPANSION", "f() { SCRIPT; }; f WORD", "SCRIPT > PATH", "SCRIPT 2>&1 < FILE", "SCRIPT <<x\nEXPANSION\nx\n", "SCRIPT &", "trap SCRIPT EXIT", "trap \"SCRIPT\" TERM; kill -TERM $$", "eval \"SCRIPT\"", "set -e; SCRIPT", "set -- WORD WORD; shift NUMBER", "read x y <FILE", "exec NUMBER<FILE", "exec NUMBER>/tmp/g",
			"local x=WORD", "return NUMBER", "exit NUMBER", "break NUMBER", "unset x", "export x=EXPANSION", "getopts WORD x WORD", "[ TEST2 ]", "[[ TEST2 ]]", "printf FORMAT WORD", "cd PATH", "wait NUMBER", "START", "alias x=WORD", "umask MODE", "type WORD", ". PATH", "! SCRIPT", "echo $(SCRIPT)", "echo `SCRIPT`",
		},
		"EXPANSION": {
			"$x", "${x}", "${x:-EXPANSION}", "${x#PATTERN}", "${x%%PATTERN}", "${x/PATTERN/WORD}", "${x:NUMBER:NUMBER}", "${#x}", "$(SCRIPT)", "$((ARITH))", "\"EXPANSION\"", "'WORD'", "$@", "$*", "$#", "$?", "$!", "$$", "$-", "$NUMBER", "${NUMBER}", "~", "~root", "WORD", "*", "PATH*", "[SET]", "EXPANSION$x", "${x?WORD}", "${x=WORD}", "$'\\n'", "${!x}", "${", "$((", "\\",
		},
		"ARITH": {"NUMBER", "x", "ARITH+ARITH", "ARITH/ARITH", "ARITH%ARITH", "ARITH<<ARITH", "(ARITH)", "-ARITH", "!ARITH", "ARITH?ARITH:ARITH", "x=ARITH", "x++", "ARITH**ARITH", "NUMBER#WORD", "ARITH,ARITH", "$x", "x/=ARITH", ""},
		"RANGE": {"NUMBER", "NUMBER-", "-NUMBER", "NUMBER-NUMBER", "RANGE,RANGE", "NUMBER.NUMBERn", ""}, "MODE": {"NUMBER", "u+x", "a=rwx,g-w", "+t", "u=g", "=", "WORD", "0777"},
		"NUMBER": {"0", "1", "2", "3", "-1", "10", "99", "0x10", "010", "1.5", "9223372036854775807", "-9223372036854775808", "9223372036854775808", "18446744073709551616", "1e9", "1k", "1M", "9G", "+1", "", "inf", "-0"},
		"PATH":   {"/", "/tmp", "/tmp/f", "/tmp/d", ".", "..", "/tmp/../..", "/etc/passwd", "/proc", "/proc/self", "/proc/1", "/dev", "/dev/null", "/dev/zero", "/tmp/l", "PATH/PATH", "", "/none", "/bin", "/var/run"},
		"FILE":   {"/etc/passwd", "/tmp/f", "/dev/zero", "/dev/null", "/dev/urandom", "-", "/none", "/tmp", "/proc/self/environ", "PATH"},
		"OPTION": {"-LETTER", "-LETTERLETTER", "--", "-LETTERNUMBER", "-LETTER WORD", "-", "--WORD", "--help", "-OPTLETTER"}, "OPTLETTER": {"n", "c", "f", "d", "e", "r", "s", "i", "v", "o", "E", "A", "B", "z", "x", "t"},
		"LETTER": strings.Split("a b c d e f g h i k l m n o p q r s t u v w x y z A B C E F G H I L N O P R S T W X Z 0 1", " "),
		"WORD":   {"a", "abc", "x", "é", "a b", "\n", "\x00", "\xff\xfe", "-", "-n", "--", "*", "$x", "'", "\"", "\\", "{}", "", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "1", "=", "@0", "2024-01-01", "(", "root", "GIVEN"},
	}
}

// sentence makes a command line. Words that were given may be part of it.
func sentence(r *rand.Rand, given []string) []string {
	g := &generator{r: r, rules: grammar(), given: given}
	var out []string
	for word := range strings.FieldsSeq(g.pick("START")) {
		if g.rules[word] == nil {
			out = append(out, g.fill(word, 0))
			continue
		}
		switch word { // These are arguments of their own, the others texts.
		case "START", "TEST", "TEST2", "EXPR":
			for part := range strings.SplitSeq(g.fill(word, 0), " ") {
				out = append(out, part)
			}
		default:
			out = append(out, g.fill(word, 0))
		}
	}
	return out
}

type generator struct {
	r     *rand.Rand
	rules map[string][]string
	given []string
}

func (g *generator) pick(rule string) string {
	choices := g.rules[rule]
	return choices[g.r.IntN(len(choices))]
}

// fill replaces the words in capitals, the longest first, until it is deep
// enough: then each is what its rule begins with.
func (g *generator) fill(text string, depth int) string {
	const deep = 7
	var out strings.Builder
	for text != "" {
		n := 0
		for n < len(text) && (text[n] >= 'A' && text[n] <= 'Z' || n > 0 && text[n] == '2') {
			n++
		}
		for ; n > 1; n-- {
			if g.rules[text[:n]] != nil || text[:n] == "GIVEN" {
				break
			}
		}
		switch {
		case n <= 1:
			out.WriteByte(text[0])
			text = text[1:]
			continue
		case text[:n] == "GIVEN" && len(g.given) > 0:
			out.WriteString(g.given[g.r.IntN(len(g.given))])
		case text[:n] == "GIVEN":
		case depth > deep:
			fmt.Fprint(&out, depth)
		default:
			out.WriteString(g.fill(g.pick(text[:n]), depth+1))
		}
		text = text[n:]
	}
	return out.String()
}
