package survey_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sijil/formula"
	"sijil/survey"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func villageCard(t *testing.T, file string) *survey.Card {
	t.Helper()
	table, err := survey.ReadCSV(strings.NewReader(village(400, 21)), survey.ReadOptions{File: file})
	if err != nil {
		t.Fatal(err)
	}
	s := build(t, table, survey.Spec{Target: "spend", Log: true, Weight: "w", PSU: "psu", Size: "size", Groups: []string{"milieu"},
		Vars: []string{"x_lsize", "x_tools", "x_tools2", "x_readers", "x_land", "wall", "x_north", "x_south"}})
	w := byMilieu()
	w.Terms = w.Terms[:6]
	w.Failures = []formula.Text{said("The survey left out the islands")}
	w.NotFor = []formula.Text{said("Taxes")}
	m := survey.LinearMethod{Name: "wls", By: "milieu"}
	l, p := publish(t, table, s, m, w, villageExport)
	folds, err := survey.MakeFolds(s.Design, 5, 1)
	if err != nil {
		t.Fatal(err)
	}
	card, err := survey.MakeCard(s, l, p, survey.CardOptions{SHA256: strings.Repeat("0", 64), Survey: "Village survey", SurveyYear: "2025", PriceYear: "2025",
		Weight: "w", PSU: "psu", Folds: folds, FoldsHow: survey.FoldsDealt,
		Assess: survey.AssessOptions{Replicates: 20, Seed: 1, Programmes: []survey.Programme{survey.InGroup(s.Groups[0], 0)}}})
	if err != nil {
		t.Fatal(err)
	}
	return card
}

func cardJSON(t *testing.T, c *survey.Card) []byte {
	t.Helper()
	data, err := c.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestCardIsItsHash makes the card twice, reads it back, and changes it.
func TestCardIsItsHash(t *testing.T) {
	t.Parallel()
	card := villageCard(t, "village.csv")
	data := cardJSON(t, card)
	if again := cardJSON(t, villageCard(t, "village.csv")); !bytes.Equal(data, again) {
		t.Error("the same survey made another card")
	}
	read, err := survey.ReadCard("card.json", data)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(cardJSON(t, read), data) {
		t.Error("the card read is not the card written")
	}
	for _, change := range []struct{ from, to string }{
		{`"price_year": "2025"`, `"price_year": "2024"`}, {card.Formula.Hash[:8], "00000000"}, {`"n": 2`, `"n": 3`}, {`"eer": 0.`, `"eer": 0.0`},
	} {
		changed := strings.Replace(string(data), change.from, change.to, 1)
		if changed == string(data) {
			t.Fatalf("%s is not in the card", change.from)
		}
		if _, err := survey.ReadCard("card.json", []byte(changed)); err == nil || !strings.Contains(err.Error(), "card.json: hash: the content of the card is not that of its hash") {
			t.Errorf("%s changed to %s: %v", change.from, change.to, err)
		}
	}
	if _, err := survey.ReadCard("card.json", []byte(strings.Replace(string(data), `"format"`, `"extra": 1, "format"`, 1))); err == nil {
		t.Error("a name nobody knows was read over")
	}
}

// TestCardKeepsPathsAndRowsToItself looks for what must not be in a card.
func TestCardKeepsPathsAndRowsToItself(t *testing.T) {
	t.Parallel()
	base := cardJSON(t, villageCard(t, "village.csv"))
	for _, path := range []string{"/home/someone/secret-folder/village.csv", `C:\Users\someone\secret-folder\village.csv`} {
		data := cardJSON(t, villageCard(t, path))
		if strings.Contains(string(data), "secret-folder") || !bytes.Equal(data, base) {
			t.Errorf("%s enters the card", path)
		}
	}
	if strings.Contains(string(base), "first_line") {
		t.Error("the card points at lines of the file")
	}
}

// TestCardSays holds the card to what was fitted and judged.
func TestCardSays(t *testing.T) {
	t.Parallel()
	c := villageCard(t, "village.csv")
	var codes []string
	for _, f := range c.Failures {
		if !slices.Contains(survey.FailureCodes, f.Code) {
			t.Errorf("failure %s is not listed", f.Code)
		}
		codes = append(codes, f.Code)
	}
	for _, want := range []string{survey.FailureMisses, survey.FailureTakesIn, survey.FailureGiven} {
		if !slices.Contains(codes, want) {
			t.Errorf("failures %v lack %s", codes, want)
		}
	}
	if n := c.Strata[0].N + c.Strata[1].N; n != c.Data.Rows || n != 400 {
		t.Errorf("%d rows in strata, %d in all", n, c.Data.Rows)
	}
	for _, s := range c.Strata {
		for _, k := range s.Coefficients {
			if len(k.Label) != 3 || k.Published == "" {
				t.Errorf("%s %s: %+v", s.Name, k.Code, k)
			}
			if k.Code == "readers" && (k.SEDesign == nil || k.SECluster == nil || *k.SEDesign <= 0) {
				t.Errorf("no error: %+v", k)
			}
		}
	}
	for _, q := range c.Accuracy.Quota {
		if v := q.Intervals["eer"]; !(q.EER > 0 && v.Low <= q.EER && q.EER <= v.High && v.SE > 0) {
			t.Errorf("exclusion error %v within %+v", q.EER, v)
		}
	}
	if names := []string{c.Prices[0].Group, c.Prices[1].Group}; !slices.Equal(names, []string{survey.AllVariables, survey.Sensitive}) {
		t.Errorf("prices begin with %v", names)
	}
	if len(c.Frame.Outside) != 3 {
		t.Errorf("outside the frame: %+v", c.Frame.Outside)
	}
}

// TestSmallGroupsAreWithheld gives no figure of a group of a few households.
func TestSmallGroupsAreWithheld(t *testing.T) {
	t.Parallel()
	text := strings.Replace(village(400, 21), ",town\n", ",island\n", survey.MinGroupRows-1)
	table, err := survey.ReadCSV(strings.NewReader(text), survey.ReadOptions{File: "village.csv"})
	if err != nil {
		t.Fatal(err)
	}
	s := build(t, table, survey.Spec{Target: "spend", Log: true, PSU: "psu", Vars: []string{"x_tools"}, Groups: []string{"milieu"}})
	w := &survey.Wording{Format: 1, Title: said("t"), Meaning: said("m"), Terms: villageWording().Terms[1:2], Groups: villageWording().Groups}
	w.Groups[0].Levels["island"] = said("Island")
	l, p := publish(t, table, s, survey.LinearMethod{Name: "wls"}, w, villageExport)
	folds, err := survey.MakeFolds(s.Design, 5, 1)
	if err != nil {
		t.Fatal(err)
	}
	o := survey.CardOptions{SurveyYear: "2025-26", PriceYear: "2025", Folds: folds, FoldsHow: survey.FoldsDealt}
	c, err := survey.MakeCard(s, l, p, o)
	if err != nil {
		t.Fatal(err)
	}
	if want := (survey.CardLevel{Group: "milieu", Level: "island"}); !slices.Equal(c.Withheld, []survey.CardLevel{want}) {
		t.Errorf("withheld %v", c.Withheld)
	}
	for _, g := range c.Groups {
		if g.Level == "island" {
			t.Errorf("figures of %d households are printed", g.Rows)
		}
	}
	o.PriceYear = "last year"
	if _, err := survey.MakeCard(s, l, p, o); err == nil || !strings.Contains(err.Error(), "price year") {
		t.Errorf("a price year in words: %v", err)
	}
}

// TestCardStructure keeps the names and types of the JSON, which others read.
func TestCardStructure(t *testing.T) {
	t.Parallel()
	var v any
	if err := json.Unmarshal(cardJSON(t, villageCard(t, "village.csv")), &v); err != nil {
		t.Fatal(err)
	}
	paths := map[string]bool{}
	outline(v, "", paths)
	got := strings.Join(slices.Sorted(maps.Keys(paths)), "\n") + "\n"
	name := filepath.Join("testdata", "card.golden")
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the card's structure has changed; if that is meant, raise its format or run with -update:\n%s", got)
	}
}

func outline(v any, at string, into map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			outline(x, at+"."+k, into)
		}
	case []any:
		into[at+"[]"] = true
		for _, x := range v {
			outline(x, at+"[]", into)
		}
	default:
		into[fmt.Sprintf("%s %T", at, v)] = true
	}
}
