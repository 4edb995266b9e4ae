package cardpage_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sijil/internal/cardpage"
	"sijil/survey"
)

func messages(t *testing.T, lang string) map[string]any {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("messages", lang+".json"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]any{}
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// families are the keys that the code makes up from a code of the card.
func families() []string {
	out := []string{"figures." + survey.Quota, "figures." + survey.Line}
	for _, code := range survey.FailureCodes {
		if code != survey.FailureGiven {
			out = append(out, "failure."+code)
		}
	}
	for _, p := range []string{"score", "universal", "perfect"} {
		out = append(out, "programme."+p)
	}
	for _, tag := range []string{survey.Verifiable, survey.Movable, survey.Sensitive} {
		out = append(out, "tag."+tag, "prices."+tag)
	}
	out = append(out, "prices."+survey.AllVariables, "prices."+survey.Unverifiable)
	for _, f := range []string{survey.FoldsDealt, survey.FoldsColumn, survey.FoldsWaves} {
		out = append(out, "folds."+f)
	}
	for _, m := range []string{"wls", "bic", "lasso", "quantile"} {
		out = append(out, "method."+m)
	}
	for _, f := range []string{"eer", "ier", "selected", "inclusion_of_non_poor", "auc", "td", "bpac", "cgh20", "cgh40"} {
		out = append(out, "figure."+f)
	}
	return out
}

// TestEveryTextIsThereAndUsed compares the keys of the code and the template
// with those of the files, both ways.
func TestEveryTextIsThereAndUsed(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	for _, key := range families() {
		used[key] = true
	}
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	literal := regexp.MustCompile(`"([a-z]+(\.[a-z_0-9]+)?)"`)
	for _, name := range append(sources, "page.html") {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range literal.FindAllStringSubmatch(string(data), -1) {
			used[m[1]] = true
		}
		for _, m := range regexp.MustCompile(`\b(t|n) "([^"]+)"`).FindAllStringSubmatch(string(data), -1) {
			if _, ok := messages(t, "en")[m[2]]; !ok {
				t.Errorf("%s asks for %s, which no file has", name, m[2])
			}
		}
	}
	for _, lang := range cardpage.Languages() {
		have := messages(t, lang)
		for key := range have {
			if !used[key] {
				t.Errorf("%s: nothing uses %s", lang, key)
			}
		}
		for _, key := range families() {
			if have[key] == nil {
				t.Errorf("%s: %s is missing", lang, key)
			}
		}
	}
}

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

// TestLanguagesAgree wants the same keys in every file, the plural forms each
// language needs, and the same values spoken of.
func TestLanguagesAgree(t *testing.T) {
	t.Parallel()
	forms := map[string][]string{"ar": {"few", "many", "one", "other", "two", "zero"}, "fr": {"one", "other"}, "en": {"one", "other"}}
	first := messages(t, "en")
	for _, lang := range cardpage.Languages() {
		have := messages(t, lang)
		if !slices.Equal(slices.Sorted(maps.Keys(have)), slices.Sorted(maps.Keys(first))) {
			t.Errorf("%s and en have different keys", lang)
		}
		for key, v := range have {
			switch v := v.(type) {
			case string:
				if want, ok := first[key].(string); !ok || !slices.Equal(named(v), named(want)) {
					t.Errorf("%s: %s speaks of other values than in en", lang, key)
				}
				if strings.TrimSpace(v) == "" && key != "group" {
					t.Errorf("%s: %s is empty", lang, key)
				}
			case map[string]any:
				keys := slices.Sorted(maps.Keys(v))
				if !slices.Equal(slices.DeleteFunc(keys, func(k string) bool { return k == "zero" && lang != "ar" }), forms[lang]) {
					t.Errorf("%s: %s has the forms %v", lang, key, keys)
				}
				if other, ok := v["other"].(string); !ok || !strings.Contains(other, "{n}") {
					t.Errorf("%s: %s does not say how many", lang, key)
				}
			}
		}
	}
}

func named(text string) []string {
	list := placeholder.FindAllString(text, -1)
	slices.Sort(list)
	return slices.Compact(list)
}

// TestCounts takes each form of a count to its text (Unicode CLDR 44).
func TestCounts(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string]map[int]string{
		"ar": {0: "لا أسرة", 1: "أسرة واحدة", 2: "أسرتان", 3: "3 أسر", 10: "10 أسر", 11: "11 أسرة", 99: "99 أسرة", 100: "100 أسرة", 102: "102 أسرة", 103: "103 أسر", 1234: "1.234 أسرة"},
		"fr": {0: "0 ménage", 1: "1 ménage", 2: "2 ménages", 1234: "1\u202f234 ménages"},
		"en": {0: "0 households", 1: "1 household", 2: "2 households", 1234567: "1,234,567 households"},
	} {
		for n, text := range want {
			if got, err := cardpage.Count(lang, "points.n", n); err != nil || got != text {
				t.Errorf("%s %d: %q, %v, want %q", lang, n, got, err, text)
			}
		}
	}
}

// TestNumbers writes numbers in each language.
func TestNumbers(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string][]string{
		"ar": {"−0,128", "\u206612,3%\u2069", "\u206620%\u2069", "\u206612,5%\u2069", "0,0", "0,00012"},
		"fr": {"−0,128", "12,3\u202f%", "20\u202f%", "12,5\u202f%", "0,0", "0,00012"},
		"en": {"−0.128", "12.3%", "20%", "12.5%", "0.0", "0.00012"},
	} {
		if got := cardpage.Numbers(lang); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
}
