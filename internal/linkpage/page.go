package linkpage

import (
	"bytes"
	_ "embed"
	"html/template"
	"math"
	"strings"

	"sijil/internal/errs"
	"sijil/internal/roll"
	"sijil/linkage"
)

//go:embed page.html
var pageText string

//go:embed page.css
var style string

// Render writes the page of a report in a language. A language that this
// package does not have is an Invalid error.
func Render(r *Report, code string) ([]byte, error) {
	all, err := catalogues()
	if err != nil {
		return nil, err
	}
	l := all[code]
	if l == nil {
		return nil, errs.Bad("lang", "this program has no language "+code, "use "+strings.Join(Languages(), ", "))
	}
	p := &page{Report: r, language: l, Lang: code, Style: template.CSS(style)} //nolint:gosec // our own file
	t, err := template.New("page").Funcs(template.FuncMap{
		"t": l.t, "pct": l.pct, "num": l.num, "signed": l.signed, "sig": l.sig, "whole": l.whole,
	}).Parse(pageText)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := t.Execute(&out, p); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// page is what the template sees.
type page struct {
	*Report
	*language
	Lang  string
	Style template.CSS
}

// Dir is the direction of the language.
func (p *page) Dir() string { return p.messages["direction"] }

// Reason says what a guess about a column rests on.
func (p *page) Reason(r roll.Reason) (string, error) { return p.t("reason." + string(r)) }

// KindName is the name of a kind of field.
func (p *page) KindName(k linkage.Kind) (string, error) { return p.t("kind." + k.String()) }

// phrase is a sentence of the engine in the language of the page, or as the
// engine has it.
type phrase struct {
	Text    string
	Foreign bool // in English on a page that is not
}

// Level words a level of agreement.
func (p *page) Level(code, text string) phrase {
	if own, ok := p.messages["level."+code]; ok {
		return phrase{Text: own}
	}
	return phrase{text, p.Lang != "en"}
}

// sampleLine is a line of a score as the page shows it.
type sampleLine struct {
	linkage.Line

	Sentence phrase
	Again    bool // a further line about a field: its values are shown already
}

// LinesOf are the lines of a sample's score.
func (p *page) LinesOf(s Sample) []sampleLine {
	seen := map[string]bool{}
	var out []sampleLine
	for _, l := range s.Lines {
		out = append(out, sampleLine{Line: l, Sentence: p.sentence(l), Again: l.Field == "" || seen[l.Field]})
		seen[l.Field] = true
	}
	return out
}

// sentence words a line of a score: as the page has it, else as the model's
// level has it, else as the engine says it.
func (p *page) sentence(l linkage.Line) phrase {
	for _, key := range []string{"line." + l.Code, "level." + l.Code} {
		if own, ok := p.messages[key]; ok {
			return phrase{Text: own}
		}
	}
	for _, w := range p.Weights {
		for _, level := range w.Levels {
			if w.Field == l.Field && level.Code == l.Code {
				return phrase{level.Text, p.Lang != "en"}
			}
		}
	}
	return phrase{l.Text, p.Lang != "en"}
}

// BandName words a verdict.
func (p *page) BandName(b linkage.Band) (string, error) { return p.t("band." + b.String()) }

// GuardName says why a pair was left to people.
func (p *page) GuardName(g linkage.Guard) (string, error) {
	switch g {
	case linkage.DocumentsDiffer:
		return p.t("guard.documents")
	case linkage.MaybeKin:
		return p.t("guard.kin")
	case linkage.NoGuard:
	}
	return "", nil
}

// passKey is the name of a pass: what its records share, and by what its large
// blocks are split.
type passKey struct{ Key, Split string }

// Key cuts the name of a pass, which is the engine's and in English.
func (p *page) Key(name string) passKey {
	key, split, _ := strings.Cut(name, ", split by ")
	return passKey{key, split}
}

// PairsPerRecord is what the search cost.
func (p *page) PairsPerRecord() float64 {
	return float64(p.Stats.Candidates) / float64(max(p.Records, 1))
}

// Megabytes of memory.
func (p *page) Megabytes() float64 { return float64(p.PeakRSS) / 1e6 }

// value is what a record says in a field, masked unless values are shown.
type value struct {
	Texts   []string
	Missing bool
}

// Value is what a record of a sample says in a field.
func (p *page) Value(r Row, field string) value {
	var v value
	for _, text := range r.Values[field] {
		if text == "" {
			continue
		}
		if !p.ShowValues {
			text = mask(text)
		}
		v.Texts = append(v.Texts, text)
	}
	v.Missing = v.Texts == nil
	return v
}

// expectation is what the model expects of the pairs of a band.
type expectation struct {
	Band        linkage.Band
	Pairs       int64
	Same, Other float64 // expected to be one person, and two
}

// Expected sums the bins up by band. Bins that a limit cuts through count to
// the band their lower edge is in.
func (p *page) Expected() []expectation {
	out := []expectation{{Band: linkage.Same}, {Band: linkage.Judge}, {Band: linkage.New}}
	for _, b := range p.Stats.Bins {
		e := &out[2]
		switch from := float64(b.From); {
		case from >= math.Floor(p.Bands.Same):
			e = &out[0]
		case from >= math.Floor(p.Bands.Judge):
			e = &out[1]
		}
		e.Pairs += b.Pairs
		e.Same += b.Expected
		e.Other += float64(b.Pairs) - b.Expected
	}
	return out
}

// Known reports whether a level was met or is of use for the reader.
func (p *page) Known(l linkage.LevelWeight) bool { return l.M > 0 || l.U > 0 }

// Probability is that of a weight.
func (p *page) Probability(bits float64) float64 { return 1 / (1 + math.Exp2(-bits)) }
