package linkpage_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sijil/internal/linkpage"
	"sijil/internal/roll"
	"sijil/linkage"
)

func messages(t *testing.T, lang string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("messages", lang+".json"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

// TestLanguagesAgree wants the same keys in every file, levels aside, which
// the engine has in English, and the same values spoken of.
func TestLanguagesAgree(t *testing.T) {
	t.Parallel()
	own := func(m map[string]string) []string {
		return slices.DeleteFunc(slices.Sorted(maps.Keys(m)), func(k string) bool { return strings.HasPrefix(k, "level.") })
	}
	first := messages(t, "en")
	for _, lang := range linkpage.Languages() {
		have := messages(t, lang)
		if !slices.Equal(own(have), own(first)) {
			t.Errorf("%s and en have different keys", lang)
		}
		for key, v := range have {
			named := func(text string) []string {
				list := placeholder.FindAllString(text, -1)
				slices.Sort(list)
				return slices.Compact(list)
			}
			if want, ok := first[key]; ok && !slices.Equal(named(v), named(want)) {
				t.Errorf("%s: %s speaks of other values than in en", lang, key)
			}
			if strings.TrimSpace(v) == "" && key != "group" {
				t.Errorf("%s: %s is empty", lang, key)
			}
		}
	}
}

// TestEveryTextIsUsed looks for each key in the code and the template.
func TestEveryTextIsUsed(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	for _, r := range roll.Reasons() {
		used["reason."+string(r)] = true
	}
	for _, k := range linkage.Kinds() {
		used["kind."+k.String()] = true
	}
	for _, b := range []linkage.Band{linkage.New, linkage.Judge, linkage.Same} {
		used["band."+b.String()] = true
	}
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(sources, "page.html") {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`"([a-z0-9_]+(\.[a-z_0-9]+)?)"`).FindAllStringSubmatch(string(data), -1) {
			used[m[1]] = true
		}
	}
	for key := range messages(t, "en") {
		if !used[key] && !strings.HasPrefix(key, "line.") {
			t.Errorf("nothing uses %s", key)
		}
	}
}

// TestNumbers writes numbers in each language.
func TestNumbers(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string][]string{
		"ar": {"1.234.567", "+12,3", "−0,5", "0,0", "1.036,6", "1,2·10⁻⁷", "0,0042", "\u206687,5%\u2069"},
		"fr": {"1\u202f234\u202f567", "+12,3", "−0,5", "0,0", "1\u202f036,6", "1,2·10⁻⁷", "0,0042", "87,5\u202f%"},
		"en": {"1,234,567", "+12.3", "−0.5", "0.0", "1,036.6", "1.2·10⁻⁷", "0.0042", "87.5%"},
	} {
		if got := linkpage.Numbers(lang); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
}
