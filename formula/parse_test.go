package formula_test

import (
	"strings"
	"testing"

	"sijil/formula"
	"sijil/internal/civil"
	"sijil/internal/errs"
)

// Each case changes one thing in the invented country's file, and states the
// whole of what the reader is told.
func TestParseErrors(t *testing.T) {
	t.Parallel()
	text := read(t, "testdata/thalassa.json")
	tests := []struct{ name, old, new, want string }{
		{"misspelt name", `"cap": "3"`, `"cpa": "3"`, "th.json:101: strata.coast.terms[3].cpa: term dependency: unknown name; check its spelling; known here: code, kind, variable, label, unit, floor, cap, without, coefficient, rows, else, source, status, readings, note"},
		{"number for text", `"-0.12"`, `-0.12`, "th.json:103: strata.coast.terms[3].coefficient: term dependency: found a number, expected text"},
		{"comma", `"-0.12"`, `"-0,12"`, "th.json:103: strata.coast.terms[3].coefficient: term dependency: not a decimal number; write it with the digits 0 to 9 and a point, such as -0.0104"},
		{"arabic digits", `"-0.12"`, `"-٠.١٢"`, "th.json:103: strata.coast.terms[3].coefficient: term dependency: not a decimal number; write it with the digits 0 to 9 and a point, such as -0.0104"},
		{"too many decimals", `"-0.12"`, `"-0.1234567890123"`, "th.json:103: strata.coast.terms[3].coefficient: term dependency: more than 12 decimals; round it to 12 decimals"},
		{"too large", `"-0.12"`, `"1000000"`, "th.json:103: strata.coast.terms[3].coefficient: term dependency: the number is out of bounds; use a number between -1000000 and 1000000, both excluded"},
		{"no coefficient", `"coefficient": "-0.12",`, ``, `th.json:92: strata.coast.terms[3].coefficient: term dependency: the coefficient is missing; write it as decimal text, such as "0.0466"`},
		{"unknown kind", `"kind": "count"`, `"kind": "counter"`, "th.json:143: strata.coast.terms[7].kind: term goats: no such kind; use one of boolean, count, share, ratio, amount_per_head, number, square, table_by_value, table_by_range, table_by_code"},
		{"overlap", `"below": "7.5"`, `"below": "7.6"`, "th.json:87: strata.coast.terms[2].rows[2]: term years_at_school: rows 2 and 3 overlap; a range includes from and excludes below; each value is in one row"},
		{"empty range", `"from": "3"`, `"from": "8"`, "th.json:87: strata.coast.terms[2].rows[2]: term years_at_school: the range is empty; from must be less than below"},
		{"row twice", `"value": "2"`, `"value": "1"`, "th.json:54: strata.coast.terms[0].rows[1]: term size: rows 1 and 2 overlap; a range includes from and excludes below; each value is in one row"},
		{"code twice", `"primary"`, `"none"`, "th.json:70: strata.coast.terms[1].rows[1].code: term schooling: the code has a row already; keep one"},
		{"row of another kind", `{"value": "2",`, `{"code": "2",`, "th.json:54: strata.coast.terms[0].rows[1]: term size: the row does not fit the table; give value and points"},
		{"stated value in no row", `"cap": "6"`, `"cap": "6", "without": { "unknown": "0" }`, "th.json:51: strata.coast.terms[0].without.unknown: term size: the term has no points for the value stated here; check the value, or state what else means"},
		{"stated value of another kind", `{"unknown": "1", "not_asked": "error"}`, `{"unknown": "2", "not_asked": "error"}`, "th.json:208: strata.hills.terms[2].without.unknown: term lamp: the term has no points for the value stated here; give 1 for yes and 0 for no"},
		{"no such state", `{"unknown": "120.5"}`, `{"missing": "120.5"}`, "th.json:136: strata.coast.terms[6].without.missing: term rent: no such state; use not_applicable, unknown or not_asked"},
		{"two policies for one variable", `"floor": "1/4"`, `"floor": "1/4", "without": { "unknown": "1" }`, "th.json:119: strata.coast.terms[5].without: term rooms_sq: it differs from that of the term rooms, which has the same variable; state the same for both"},
		{"region twice", `["s1"]`, `["n1"]`, "th.json:37: strata.coast.regions[1].regions[0]: the region is listed twice; keep it in one group"},
		{"term twice", `"code": "goats"`, `"code": "rent"`, "th.json:142: strata.coast.terms[7].code: term rent: another term of the stratum has this code; give each term its own code"},
		{"reserved code", `"code": "goats"`, `"code": "region"`, "th.json:142: strata.coast.terms[7].code: term region: the code is taken by what every formula has; use another code"},
		{"floor above cap", `"floor": "1/4"`, `"floor": "9/4"`, "th.json:113: strata.coast.terms[4].floor: term rooms: the floor is above the cap; exchange them"},
		{"no label in a language", `"pt": "Coast"`, `"pt": ""`, "th.json:21: strata.coast.label.pt: the text is missing; write it in each of en, pt"},
		{"unknown source", `"source": "survey",`, `"source": "hearsay",`, "th.json:25: strata.coast.intercept.source: no such source; name one of the file's sources by its id"},
		{"dispute without readings", `"status": "unverified"`, `"status": "disputed", "note": "n"`, "th.json:22: strata.coast.intercept.readings: readings and the status disputed go together; give every reading of a disputed number, and none of another"},
		{"validity", `"2026-12-31"`, `"2023-12-31"`, "th.json:11: valid.to: the last day is missing or lies before the first; write it as YYYY-MM-DD, or null while it is open"},
		{"not a day", `"2024-01-01"`, `"2024-02-30"`, "th.json:11: valid.from: the month has no such day; write a date as YYYY-MM-DD, YYYY-MM or YYYY"},
		{"range", `"from": "-2"`, `"from": "12"`, "th.json:13: index_range: the lowest index is not below the highest; exchange them"},
		{"range decimals", `"from": "-2"`, `"from": "-2.00000001"`, "th.json:13: index_range.from: more than 7 decimals; round it to 7 decimals"},
		{"format", `"format": 1`, `"format": 2`, `th.json:2: format: this program reads format 1; write "format": 1`},
		{"name twice", `"format": 1`, `"format": 1, "format": 1`, "th.json:2: format: the name stands twice in one object; keep one of them"},
		{"cut off", `"hills"`, "\x00", "th.json:164: strata: not JSON; check commas, quotes and brackets just before this place"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			changed := strings.Replace(text, tt.old, tt.new, 1)
			if changed == text {
				t.Fatalf("%s is not in the file", tt.old)
			}
			_, err := formula.Parse("th.json", []byte(changed))
			if err == nil || err.Error() != tt.want {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
			if errs.KindOf(err) != errs.Invalid {
				t.Errorf("kind %v", errs.KindOf(err))
			}
		})
	}
}

func TestErrorsOfAFileComeTogether(t *testing.T) {
	t.Parallel()
	text := read(t, "testdata/thalassa.json")
	for _, change := range [][2]string{{`"-0.12"`, `"minus"`}, {`"7.5",`, `"",`}, {`"2"`, `"1"`}, {`"n2"`, `"?"`}, {`"0.5"`, `"1e3"`}} {
		text = strings.Replace(text, change[0], change[1], 1)
	}
	_, err := formula.Parse("th.json", []byte(text))
	list, ok := err.(errs.List)
	if !ok || len(list) != 4 {
		t.Fatalf("got %v", err)
	}
	lines := strings.Split(err.Error(), "\n")
	for i, want := range []string{"th.json:24: ", "th.json:30: ", "th.json:103: ", "th.json:207: "} {
		if !strings.HasPrefix(lines[i], want) {
			t.Errorf("%s, want %s…", lines[i], want)
		}
	}
}

func TestParseRefusesWhatIsNoFormula(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "null", "[]", "{}", "7", `"x"`, strings.Repeat("[", 100_000), strings.Repeat(`{"strata":`, 50_000), `{"strata":{"":{}}}`,
		`{"strata":{"a.terms[9]":{"terms":[{}]}}}`, strings.Repeat(" ", 5<<20)} {
		if _, err := formula.Parse("f.json", []byte(text)); err == nil || errs.KindOf(err) != errs.Invalid {
			t.Errorf("%.40q: %v", text, err)
		}
	}
}

func TestValidity(t *testing.T) {
	t.Parallel()
	f := load(t, "testdata/thalassa.json")
	h := household(t, f, "hills n1", nil)
	for day, ok := range map[string]bool{"2023-12-31": false, "2024-01-01": true, "2026-12-31": true, "2027-01-01": false} {
		h.AsOf = civil.MustParse(day)
		_, err := f.Evaluate(h)
		if (err == nil) != ok {
			t.Errorf("%s: %v", day, err)
		}
		if !ok && err.Error() != "as_of: the formula is valid from 2024-01-01 to 2026-12-31, not on "+day+"; use the formula that was valid on that day" {
			t.Error(err)
		}
		tab, _ := f.NewTable("hills")
		if err := tab.Append(h); (err == nil) != ok {
			t.Errorf("table, %s: %v", day, err)
		}
	}
	open := load(t, moroccoFile)
	g := household(t, open, "rural 08", []string{"hh_size=2"})
	g.AsOf = civil.MustParse("2021-08-08")
	if _, err := open.Evaluate(g); err == nil {
		t.Error("a day before the first is accepted")
	}
	g.AsOf = civil.MustParse("2099-01-01")
	if _, err := open.Evaluate(g); err != nil {
		t.Error(err)
	}
}
